import { TertuliaError, type PublicBroadcast } from '@tertulia/client';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { EndPage } from '../endings/EndPage.js';
import { navigate } from '../routing/router.js';
import { api } from '../session/session.js';
import { Page } from '../ui/Page.js';
import styles from './LivePage.module.css';
import { LivePlayer } from './LivePlayer.js';

const AT_ONCE_MS = 1_000;
const SOON_MS = 4_000;
const LATER_MS = 15_000;

/** For viewers of a broadcast, who have its address and nothing else. */
export function LivePage({ broadcastId }: { broadcastId: string }): ReactNode {
  const [broadcast, setBroadcast] = useState<PublicBroadcast | null>(null);
  const [isUnknown, setIsUnknown] = useState(false);
  // Whoever watches sees it to its end, which comes some seconds after that of the meeting.
  const [shown, setShown] = useState<PublicBroadcast | null>(null);

  const look = useCallback(async (): Promise<void> => {
    try {
      const now = await api.broadcast(broadcastId);
      setBroadcast(now);
      if (now.playlistUrl) setShown((before) => (before?.startedAt === now.startedAt ? before : now));
    } catch (error) {
      // What cannot be asked now can be asked later.
      if (error instanceof TertuliaError && error.status === 404) setIsUnknown(true);
    }
  }, [broadcastId]);

  const pause = shown !== null || broadcast?.state === 'ended' ? LATER_MS : broadcast?.state === 'live' ? AT_ONCE_MS : SOON_MS;
  useEffect(() => {
    void look();
    // Not all who wait ask in the same moment.
    const timer = setInterval(() => void look(), pause * (0.9 + Math.random() * 0.2));
    return () => clearInterval(timer);
  }, [look, pause]);

  const title = broadcast?.title ?? '';
  useEffect(() => {
    document.title = `${title || 'Live'} · Tertulia`;
  }, [title]);

  if (isUnknown) return <EndPage kind="missing" onBack={() => navigate('/')} />;
  return (
    <Page>
      <div className={styles.live} aria-busy={broadcast === null || undefined}>
        <div className={styles.heading}>
          <h1>{title}</h1>
          {broadcast?.state === 'live' && (
            <p>
              <span className={styles.sign}>Live</span>
              {broadcast.viewers ? <span data-testid="viewers">{broadcast.viewers === 1 ? '1 viewer' : `${broadcast.viewers} viewers`}</span> : null}
            </p>
          )}
        </div>
        {shown ? (
          <LivePlayer key={shown.startedAt} playlistUrl={shown.playlistUrl!} onEnded={() => setShown(null)} />
        ) : (
          broadcast && <Empty state={broadcast.state} />
        )}
      </div>
    </Page>
  );
}

function Empty({ state }: { state: PublicBroadcast['state'] }): ReactNode {
  const [heading, text] =
    state === 'ended'
      ? ['The broadcast has ended', 'Thank you for watching. Should it go on, it goes on here.']
      : state === 'live'
        ? ['The broadcast begins', 'The first picture is on its way.']
        : ['The broadcast has not begun', 'Leave this page open: it starts by itself.'];
  return (
    <div className={styles.empty} role="status" data-testid={`live-${state}`}>
      <h2>{heading}</h2>
      <p>{text}</p>
    </div>
  );
}

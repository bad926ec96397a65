import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { EndPage } from '../endings/EndPage.js';
import { navigate } from '../routing/router.js';
import { SignInHelp } from '../start/SignInHelp.js';
import { Page } from '../ui/Page.js';
import { Player, type Seekable } from './Player.js';
import styles from './Review.module.css';
import { SummaryView } from './SummaryView.js';
import { TranscriptView } from './TranscriptView.js';
import { useRecords } from './useRecords.js';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

/** After the meeting: what was said, what it came to, and where each line of that was said. */
export function ReviewPage({ meetingId }: { meetingId: string }): ReactNode {
  const records = useRecords(meetingId);
  const player = useRef<Seekable | null>(null);
  const onReady = useCallback((ready: Seekable | null): void => {
    player.current = ready;
  }, []);
  const [shown, setShown] = useState<{ segmentId: string; count: number } | null>(null);
  const people = useMemo(() => [...new Set(records.lines.map(({ speaker }) => speaker))], [records.lines]);
  const title = records.meeting?.title;
  useEffect(() => {
    document.title = title ? `${title} · Tertulia` : 'Tertulia';
  }, [title]);

  if (records.state === 'unknown') return <EndPage kind="unknown" onBack={() => navigate('/')} />;
  if (records.state === 'unreachable') return <EndPage kind="unreachable" onBack={() => navigate('/')} onAgain={() => location.reload()} />;
  if (records.state === 'signed-out') {
    return (
      <Page narrow>
        <h1 className={styles.aside}>Only for whoever runs the meeting</h1>
        <SignInHelp />
      </Page>
    );
  }

  const seek = (offset: number): void => player.current?.seek(offset);
  return (
    <Page>
      <div className={styles.review} aria-busy={records.state === 'loading' || undefined}>
        <header className={styles.heading}>
          <h1>{title ?? 'Meeting'}</h1>
          {records.recordings.length > 0 && (
            <a
              href={`/recordings/${encodeURIComponent(meetingId)}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                navigate(`/recordings/${encodeURIComponent(meetingId)}`);
              }}
            >
              All recordings and the chat
            </a>
          )}
          {records.meeting && <p>{when.format(new Date(records.meeting.startedAt ?? records.meeting.createdAt))}</p>}
        </header>
        {records.meeting && <Player meeting={records.meeting} recordings={records.recordings} onReady={onReady} />}
        {records.state === 'there' && (
          <div className={styles.columns}>
            <SummaryView
              meetingId={meetingId}
              summary={records.summary}
              people={people}
              hasTranscript={records.lines.length > 0}
              isLoaded={records.isComplete}
              onMade={records.setSummary}
              onEvidence={(quote) => {
                setShown((before) => ({ segmentId: quote.segmentId, count: (before?.count ?? 0) + 1 }));
                seek(quote.start);
              }}
            />
            <TranscriptView
              meetingId={meetingId}
              lines={records.lines}
              isComplete={records.isComplete}
              shown={shown}
              onSeek={seek}
              onRenamed={() => void records.reload()}
            />
          </div>
        )}
      </div>
    </Page>
  );
}

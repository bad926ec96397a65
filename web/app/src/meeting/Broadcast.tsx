import { useBroadcast, useMeeting, useParticipants } from '@tertulia/react';
import { Link, Radio } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import type { MenuItem } from '../ui/Menu.js';
import { toast } from '../ui/toasts.js';
import { copyText } from '../util/clipboard.js';
import styles from './Recording.module.css';
import { Clock } from './toolbar/Clock.js';

/** In everybody's sight while the meeting is shown to the public. */
export function BroadcastSign(): ReactNode {
  const broadcast = useBroadcast();
  if (!broadcast) return null;
  return (
    <span className={styles.sign} role="status" aria-label="This meeting is broadcast live" data-testid="broadcast-sign">
      <span className={styles.dot} aria-hidden="true" />
      LIVE
      <Clock since={new Date(broadcast.startedAt)} />
    </span>
  );
}

/** Tells everybody, once for each broadcast, and asks whether that is all right. */
export function BroadcastNotice(): ReactNode {
  const client = useMeeting();
  const broadcast = useBroadcast();
  const [accepted, setAccepted] = useState<string | null>(null);
  if (!broadcast || accepted === broadcast.startedAt) return null;
  return (
    <div className={styles.notice} role="alert" data-testid="broadcast-notice">
      <span>
        {broadcast.by ? `${broadcast.by} shows this meeting to the public.` : 'This meeting is shown to the public.'} Whoever has the link sees and hears it; by staying you agree.
      </span>
      <Button size="small" onClick={() => setAccepted(broadcast.startedAt)}>
        I agree
      </Button>
      <Button size="small" kind="quiet" onClick={() => client.leave()}>
        Leave
      </Button>
    </div>
  );
}

/** The host's entries in the menu. */
export function useBroadcastItems(): MenuItem[] {
  const client = useMeeting();
  const broadcast = useBroadcast();
  const { self } = useParticipants();
  if (self?.role !== 'host') return [];
  if (!broadcast) {
    return [
      {
        label: 'Broadcast the meeting',
        icon: <Radio size={18} aria-hidden="true" />,
        onSelect: () => {
          toast('Everybody is told that the meeting is shown to the public');
          client.startBroadcast();
        },
      },
    ];
  }
  return [
    { label: 'Stop the broadcast', icon: <Radio size={18} color="var(--danger)" aria-hidden="true" />, onSelect: () => client.stopBroadcast() },
    { label: 'Copy the link for viewers', icon: <Link size={18} aria-hidden="true" />, onSelect: () => void copyLink(broadcast.watchUrl) },
  ];
}

async function copyLink(link: string): Promise<void> {
  if (await copyText(link)) toast('The link for viewers is copied');
  else toast(link, { shownMs: 30_000 });
}

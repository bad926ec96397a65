import { useMeetingInfo } from '@tertulia/react';
import type { ReactNode } from 'react';
import { InviteLink } from '../../people/InviteLink.js';
import styles from './Lonely.module.css';

/** Nobody else here yet: the one thing to do is to send the link. */
export function Lonely(): ReactNode {
  const info = useMeetingInfo();
  if (!info) return null;
  return (
    <div className={styles.card}>
      <h2>Nobody else is here yet</h2>
      <InviteLink meetingId={info.meetingId} />
    </div>
  );
}

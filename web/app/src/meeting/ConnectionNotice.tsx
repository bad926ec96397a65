import { useConnection, useMeeting, useQuality } from '@tertulia/react';
import { WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './ConnectionNotice.module.css';

/** Says when the meeting is being reconnected, or when one's own network is why things are bad. */
export function ConnectionNotice(): ReactNode {
  const client = useMeeting();
  const { status, attempt } = useConnection();
  const quality = useQuality();
  const isReconnecting = status === 'reconnecting';
  const text = isReconnecting
    ? 'Connection lost. Reconnecting…'
    : quality === 'lost'
      ? 'Sound and picture are interrupted. Reconnecting…'
      : quality === 'poor'
        ? 'Your connection is weak. Turning the camera off may help.'
        : null;
  return (
    <div className={styles.place} role="status" aria-live="assertive">
      {text && (
        <div className={styles.notice} data-testid="connection-notice">
          <WifiOff size={18} aria-hidden="true" />
          <span>{text}</span>
          {isReconnecting && attempt > 1 && (
            <button type="button" onClick={() => client.retryNow()}>
              Try now
            </button>
          )}
        </div>
      )}
    </div>
  );
}

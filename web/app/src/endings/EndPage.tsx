import type { EndReason } from '@tertulia/client';
import { useEffect, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { Page } from '../ui/Page.js';
import styles from './EndPage.module.css';

/** Why there is no meeting on screen: an ending, or a meeting that cannot be entered. */
export type EndKind = EndReason | 'missing' | 'locked' | 'unreachable';

interface Text {
  title: string;
  text: string;
  /** Label of the button that tries once more; none where that would be pointless. */
  again?: string;
}

const TEXTS: Record<EndKind, Text> = {
  left: { title: 'You left the meeting', text: 'The others may still be there.', again: 'Join again' },
  ended: { title: 'The meeting has ended', text: 'Thank you for being there. This link leads nowhere any more.' },
  removed: { title: 'You were removed from the meeting', text: 'A host took you out. If that was a mistake, please ask them.' },
  replaced: { title: 'You are in this meeting elsewhere', text: 'The same place is now used in another tab or on another device.', again: 'Use it here' },
  full: { title: 'The meeting is full', text: 'All places are taken. When somebody leaves, you can come in.', again: 'Try again' },
  unknown: { title: 'There is no such meeting', text: 'Please check the link: it must be complete, up to the last character.' },
  refused: { title: 'You could not be let in', text: 'The server did not accept this join. Please try once more.', again: 'Try again' },
  unprotected: {
    title: 'This meeting needs a stronger connection',
    text:
      'Whoever set it up lets in only connections that stay secret from future quantum computers, and yours is not known to be one. ' +
      'Use a current version of Chrome, Edge, Firefox or Safari. If you do already, something on the way, such as a company proxy, takes the protection off.',
    again: 'Try again',
  },
  flooded: { title: 'The connection was closed', text: 'This browser sent the server too much at once.', again: 'Join again' },
  lost: { title: 'The connection is lost', text: 'The server could not be reached for too long. Check your network, then come back.', again: 'Join again' },
  missing: { title: 'There is nothing here', text: 'Please check the address.' },
  locked: { title: 'This meeting is by invitation only', text: 'Its link alone does not open it. Whoever invited you can give you another one.' },
  unreachable: { title: 'The server cannot be reached', text: 'Check your network connection, then try again.', again: 'Try again' },
};

interface Props {
  kind: EndKind;
  onBack(): void;
  onAgain?: () => void;
  /** Leads to what was recorded; only for those who may see it. */
  onRecordings?: (() => void) | undefined;
  /** For whoever may see what the meeting left behind. */
  onReview?: (() => void) | undefined;
}

export function EndPage({ kind, onBack, onAgain, onRecordings, onReview }: Props): ReactNode {
  const { title, text, again } = TEXTS[kind];
  useEffect(() => {
    document.title = `${title} · Tertulia`;
  }, [title]);
  return (
    <Page narrow>
      <div className={styles.end} role="status">
        <h1>{title}</h1>
        <p>{text}</p>
        <div className={styles.actions}>
          {again && onAgain && (
            <Button kind="primary" onClick={onAgain}>
              {again}
            </Button>
          )}
          {onRecordings && <Button onClick={onRecordings}>See the recording</Button>}
          {onReview && <Button onClick={onReview}>Transcript and summary</Button>}
          <Button onClick={onBack}>Back to the start</Button>
        </div>
      </div>
    </Page>
  );
}

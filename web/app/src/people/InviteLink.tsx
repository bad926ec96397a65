import { Check, Copy } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { joinLink } from '../routing/router.js';
import { copyText } from '../util/clipboard.js';
import styles from './InviteLink.module.css';

/** The link to send to others; selected for copying by hand where the browser does not allow it by button. */
export function InviteLink({ meetingId }: { meetingId: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const id = useId();
  const link = joinLink(meetingId);

  const copy = async (): Promise<void> => {
    if (!(await copyText(link))) {
      (document.getElementById(id) as HTMLInputElement).select();
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2500);
  };

  return (
    <div className={styles.invite}>
      <label htmlFor={id}>Send this link to the others</label>
      <div className={styles.row}>
        <input id={id} value={link} readOnly onFocus={(event) => event.target.select()} />
        <button type="button" aria-label="Copy the link" onClick={() => void copy()}>
          {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </button>
      </div>
    </div>
  );
}

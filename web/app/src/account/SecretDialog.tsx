import { Check, Copy } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import { copyText } from '../util/clipboard.js';
import styles from './Account.module.css';

interface Props {
  title: string;
  label: string;
  secret: string;
  note?: string;
  onClose(): void;
}

/** Something that is shown this once; selected for copying by hand where the browser does not allow it by button. */
export function SecretDialog({ title, label, secret, note, onClose }: Props): ReactNode {
  const [copied, setCopied] = useState(false);
  const id = useId();

  const copy = async (): Promise<void> => {
    if (await copyText(secret)) setCopied(true);
    else (document.getElementById(id) as HTMLInputElement).select();
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.secret}>
        <p>Copy it now and keep it where your program finds it. It is not shown again.</p>
        {note && <p className={styles.soft}>{note}</p>}
        <label htmlFor={id}>{label}</label>
        <input id={id} value={secret} readOnly autoComplete="off" spellCheck={false} onFocus={(event) => event.target.select()} />
        <div className={styles.dialogActions}>
          <Button icon={copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />} onClick={() => void copy()}>
            <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
          </Button>
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './StartPage.module.css';

/** Whoever only has a link needs no account; whoever runs the server finds out here how to begin. */
export function SignInHelp(): ReactNode {
  return (
    <section className={`${styles.card} ${styles.help}`} aria-labelledby="signin-heading">
      <h2 id="signin-heading">Start a meeting</h2>
      <p>
        Starting meetings needs a sign-in; joining one does not. When the server starts, it prints a <strong>sign-in link</strong> in its
        terminal. Open that link once in this browser.
      </p>
      <p className={styles.note}>
        <KeyRound size={18} aria-hidden="true" />
        <span>
          The link works once and for 15 minutes. For another one, restart the server, or ask whoever runs it: an API key gets one from{' '}
          <code>POST /api/signin-links</code>.
        </span>
      </p>
    </section>
  );
}

import { useStore } from '@tertulia/react';
import { useEffect, type ReactNode } from 'react';
import { loadSession, session } from '../session/session.js';
import { SignInHelp } from '../start/SignInHelp.js';
import { Page } from '../ui/Page.js';
import styles from './Account.module.css';
import { KeysSection } from './KeysSection.js';
import { WebhooksSection } from './WebhooksSection.js';

/** What programs may do in the account's name, and what they are told. */
export function AccountPage(): ReactNode {
  const current = useStore(session);
  useEffect(() => {
    document.title = 'Account – Tertulia';
    void loadSession();
  }, []);

  return (
    <Page>
      <div className={styles.account}>
        <header>
          <h1>{current?.accountName ?? 'Account'}</h1>
          <p>Keys let your programs call this server; webhooks let it call them.</p>
        </header>
        {current && !current.signedIn && <SignInHelp />}
        {current?.signedIn && (
          <>
            <KeysSection />
            <WebhooksSection />
          </>
        )}
      </div>
    </Page>
  );
}

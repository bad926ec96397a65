import { useStore } from '@tertulia/react';
import { KeyRound, LogOut } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { navigate } from '../routing/router.js';
import { loadSession, session, signOut } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { Page } from '../ui/Page.js';
import { JoinForm } from './JoinForm.js';
import { NewMeeting } from './NewMeeting.js';
import { PastMeetings } from './PastMeetings.js';
import { SignInHelp } from './SignInHelp.js';
import styles from './StartPage.module.css';

export function StartPage(): ReactNode {
  const current = useStore(session);
  useEffect(() => {
    document.title = 'Tertulia';
    void loadSession();
  }, []);

  return (
    <Page
      corner={
        current?.signedIn && (
          <>
            <Button
              kind="quiet"
              size="small"
              aria-label={`Account: ${current.accountName ?? 'yours'}`}
              icon={<KeyRound size={16} aria-hidden="true" />}
              onClick={() => navigate('/account')}
            >
              <span className={styles.account}>{current.accountName ?? 'Account'}</span>
            </Button>
            <Button kind="quiet" size="small" icon={<LogOut size={16} aria-hidden="true" />} onClick={() => void signOut()}>
              Sign out
            </Button>
          </>
        )
      }
    >
      <div className={styles.start}>
        <div className={styles.hero}>
          <h1>Pull up a chair.</h1>
          <p>Meetings in the browser, on your own server. See and hear everyone, share your screen, write things down; nothing to install.</p>
        </div>
        <div className={styles.cards}>
          {current === null ? <div className={styles.placeholder} /> : current.signedIn ? <NewMeeting /> : <SignInHelp />}
          <section className={styles.card} aria-labelledby="join-heading">
            <h2 id="join-heading">Join a meeting</h2>
            <JoinForm />
          </section>
        </div>
        {current?.signedIn && <PastMeetings />}
      </div>
    </Page>
  );
}

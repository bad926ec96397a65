import { TertuliaError } from '@tertulia/client';
import { useStore } from '@tertulia/react';
import { Plus } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { navigate } from '../routing/router.js';
import { api, loadSession, session } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { TextField } from '../ui/Field.js';
import styles from './StartPage.module.css';

export function NewMeeting(): ReactNode {
  const [title, setTitle] = useState('');
  const [transcribed, setTranscribed] = useState(false);
  const [guarded, setGuarded] = useState(false);
  const canBeGuarded = useStore(session)?.postQuantum ?? false;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { meetingId } = await api.createMeeting({
        title: title.trim() || 'Meeting',
        settings: {
          ...(transcribed && { transcription: { enabled: true, showCaptions: true } }),
          ...(guarded && { requirePostQuantum: true }),
        },
      });
      navigate(`/join/${encodeURIComponent(meetingId)}`);
    } catch (problem) {
      setBusy(false);
      if (problem instanceof TertuliaError && problem.status === 401) await loadSession();
      setError(explain(problem));
    }
  };

  return (
    <section className={`${styles.card} ${styles.first}`} aria-labelledby="new-heading">
      <h2 id="new-heading">New meeting</h2>
      <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label="What is it about?"
          hint="Optional. You can share the link with others right away."
          placeholder="Weekly round"
          maxLength={120}
          value={title}
          error={error}
          autoComplete="off"
          onChange={(event) => setTitle(event.target.value)}
        />
        <label className={styles.option}>
          <input type="checkbox" checked={transcribed} onChange={(event) => setTranscribed(event.target.checked)} />
          <span>
            Live captions and a transcript
            <small>Everybody sees that what is said is written down.</small>
          </span>
        </label>
        <label className={styles.option}>
          <input type="checkbox" checked={guarded} disabled={!canBeGuarded} onChange={(event) => setGuarded(event.target.checked)} />
          <span>
            Post-quantum signaling only
            <small>
              {canBeGuarded
                ? 'Lets in only browsers whose connection stays secret from future quantum computers; all current ones can.'
                : 'Your own connection has no such protection, so you could not enter: it takes https, straight to this server.'}
            </small>
          </span>
        </label>
        <Button type="submit" kind="primary" busy={busy} icon={<Plus size={18} aria-hidden="true" />}>
          New meeting
        </Button>
      </form>
    </section>
  );
}

function explain(problem: unknown): string {
  if (!(problem instanceof TertuliaError)) return 'Something went wrong. Please try again.';
  switch (problem.code) {
    case 'unreachable':
      return 'The server cannot be reached. Check your connection and try again.';
    case 'plan-limit-reached':
      return 'The limit of your plan is reached.';
    default:
      return problem.status === 429 ? 'That was too often. Please wait a moment and try again.' : `The server said no: ${problem.message}`;
  }
}

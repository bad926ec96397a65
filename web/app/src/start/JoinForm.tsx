import { ArrowRight } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { meetingIdIn } from '../routing/address.js';
import { navigate } from '../routing/router.js';
import { Button } from '../ui/Button.js';
import { TextField } from '../ui/Field.js';
import styles from './StartPage.module.css';

export function JoinForm(): ReactNode {
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const meetingId = meetingIdIn(text);
    if (meetingId) navigate(`/join/${encodeURIComponent(meetingId)}`);
    else setError(text.trim() ? 'That is neither a meeting link nor a meeting ID.' : 'Paste the link you were sent.');
  };

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <TextField
        label="Meeting link or ID"
        placeholder="mtg_…"
        value={text}
        error={error}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setError(null);
        }}
      />
      <Button type="submit" icon={<ArrowRight size={18} aria-hidden="true" />}>
        Go to the meeting
      </Button>
    </form>
  );
}

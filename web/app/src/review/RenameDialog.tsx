import { TertuliaError, type TranscriptLine } from '@tertulia/client';
import { useState, type FormEvent, type ReactNode } from 'react';
import { api } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import { TextField } from '../ui/Field.js';
import styles from './Review.module.css';

interface Props {
  meetingId: string;
  line: TranscriptLine;
  onClose(): void;
  onRenamed(): void;
}

/** The name of a speaker, on all of their lines or, when somebody else used the microphone, on this one. */
export function RenameDialog({ meetingId, line, onClose, onRenamed }: Props): ReactNode {
  const [name, setName] = useState(line.speaker);
  const [everywhere, setEverywhere] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const given = name.trim();
    if (given === '') {
      setError('Please give a name.');
      return;
    }
    setBusy(true);
    try {
      if (everywhere) await api.renameSpeaker(meetingId, line.speaker, given);
      else await api.renameLine(meetingId, line.segmentId, given);
      onRenamed();
    } catch (problem) {
      setBusy(false);
      setError(problem instanceof TertuliaError ? problem.message : 'Something went wrong. Please try again.');
    }
  };

  return (
    <Dialog title="Who said this?" onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField label="Name" value={name} error={error} maxLength={64} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        <label className={styles.choice}>
          <input type="radio" name="lines" checked={everywhere} onChange={() => setEverywhere(true)} />
          All lines of {line.speaker}
        </label>
        <label className={styles.choice}>
          <input type="radio" name="lines" checked={!everywhere} onChange={() => setEverywhere(false)} />
          Only this line
        </label>
        <div className={styles.exports}>
          <Button type="submit" kind="primary" busy={busy}>
            Correct the name
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

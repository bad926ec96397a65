import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import { TextField } from '../ui/Field.js';
import styles from './Account.module.css';
import { eventTypes, webhooks, type Refusal } from './api.js';

export function NewWebhookDialog({ onClose, onMade }: { onClose(): void; onMade(secret: string): void }): ReactNode {
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [error, setError] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade((await webhooks.create({ url, description, events: [...chosen] })).secret);
    } catch (problem) {
      setError(problem as Refusal);
      setBusy(false);
    }
  };

  return (
    <Dialog title="New webhook" onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <TextField
          label="Address"
          hint="Gets a signed POST for each event"
          inputMode="url"
          placeholder="https://example.org/hooks/meetings"
          required
          value={url}
          error={error && error.field !== 'description' ? error.message : null}
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label="Description (optional)"
          maxLength={200}
          value={description}
          error={error?.field === 'description' ? error.message : null}
          onChange={(event) => setDescription(event.target.value)}
        />
        <fieldset className={styles.events}>
          <legend>Events (none chosen: all)</legend>
          {eventTypes.map((type) => (
            <label key={type}>
              <input
                type="checkbox"
                checked={chosen.includes(type)}
                onChange={(event) => setChosen((before) => (event.target.checked ? [...before, type] : before.filter((each) => each !== type)))}
              />
              {type}
            </label>
          ))}
        </fieldset>
        <Button kind="primary" type="submit" busy={busy}>
          Add the webhook
        </Button>
      </form>
    </Dialog>
  );
}

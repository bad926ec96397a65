import { Plus } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import { TextField } from '../ui/Field.js';
import styles from './Account.module.css';
import { keys, type ApiKey } from './api.js';
import { ConfirmDialog } from './ConfirmDialog.js';
import { SecretDialog } from './SecretDialog.js';
import { day, moment } from './times.js';
import { useList } from './useList.js';

export function KeysSection(): ReactNode {
  const list = useList(keys.list);
  const [isAdding, setIsAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);

  return (
    <section className={styles.section} aria-labelledby="keys-heading">
      <div className={styles.head}>
        <h2 id="keys-heading">API keys</h2>
        <Button icon={<Plus size={18} aria-hidden="true" />} onClick={() => setIsAdding(true)}>
          New key
        </Button>
      </div>
      {list.error && (
        <p role="alert" className={styles.error}>
          {list.error}
        </p>
      )}
      {list.items?.length === 0 && <p className={styles.soft}>No keys yet. A program needs one to call this server.</p>}
      <ul className={styles.list}>
        {list.items?.map((key) => (
          <li key={key.id} className={styles.item}>
            <div className={styles.what}>
              <strong>{key.name}</strong>
              <span>
                <code>{key.prefix}…</code>, made on {day(key.createdAt)}, {key.lastUsedAt ? `last used ${moment(key.lastUsedAt)}` : 'never used'}
              </span>
            </div>
            {key.revokedAt ? (
              <span className={`${styles.state} ${styles.idle}`}>Revoked on {day(key.revokedAt)}</span>
            ) : (
              <Button size="small" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      {list.hasMore && <Button onClick={() => void list.more()}>Show more keys</Button>}
      {isAdding && (
        <NewKeyDialog
          onClose={() => setIsAdding(false)}
          onMade={(key) => {
            setIsAdding(false);
            setMade(key);
            void list.reload();
          }}
        />
      )}
      {made && <SecretDialog title={`Key “${made.name}”`} label="API key" secret={made.key} onClose={() => setMade(null)} />}
      {revoking && (
        <ConfirmDialog
          title={`Revoke “${revoking.name}”?`}
          text="Programs that use it are refused at once. A revoked key cannot be used again."
          action="Revoke"
          onConfirm={async () => {
            await keys.revoke(revoking.id);
            await list.reload();
          }}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function NewKeyDialog({ onClose, onMade }: { onClose(): void; onMade(key: { name: string; key: string }): void }): ReactNode {
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade(await keys.create(name));
    } catch (problem) {
      setError((problem as Error).message);
      setBusy(false);
    }
  };

  return (
    <Dialog title="New API key" onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <TextField label="Name" hint="What will use it, so that you know it later" maxLength={100} value={name} error={error} onChange={(event) => setName(event.target.value)} />
        <Button kind="primary" type="submit" busy={busy}>
          Make the key
        </Button>
      </form>
    </Dialog>
  );
}

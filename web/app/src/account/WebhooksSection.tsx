import { Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { toast } from '../ui/toasts.js';
import styles from './Account.module.css';
import { webhooks, type Webhook } from './api.js';
import { ConfirmDialog } from './ConfirmDialog.js';
import { DeliveriesDialog } from './DeliveriesDialog.js';
import { NewWebhookDialog } from './NewWebhookDialog.js';
import { SecretDialog } from './SecretDialog.js';
import { moment } from './times.js';
import { useList } from './useList.js';

type Open = { dialog: 'new' } | { dialog: 'deliveries' | 'delete' | 'rotate'; webhook: Webhook } | { dialog: 'secret'; secret: string; note?: string } | null;

export function WebhooksSection(): ReactNode {
  const list = useList(webhooks.list);
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);

  const attempt = async (work: () => Promise<string>): Promise<void> => {
    try {
      toast(await work());
      await list.reload();
    } catch (problem) {
      toast((problem as Error).message, { kind: 'warning' });
    }
  };

  return (
    <section className={styles.section} aria-labelledby="webhooks-heading">
      <div className={styles.head}>
        <h2 id="webhooks-heading">Webhooks</h2>
        <Button icon={<Plus size={18} aria-hidden="true" />} onClick={() => setOpen({ dialog: 'new' })}>
          New webhook
        </Button>
      </div>
      {list.error && (
        <p role="alert" className={styles.error}>
          {list.error}
        </p>
      )}
      {list.items?.length === 0 && <p className={styles.soft}>None yet. A webhook tells your program what happens in your meetings: who came, what is ready.</p>}
      <ul className={styles.list}>
        {list.items?.map((webhook) => (
          <li key={webhook.id} className={styles.item}>
            <div className={styles.what}>
              <strong>{webhook.description || webhook.url}</strong>
              {webhook.description && <span>{webhook.url}</span>}
              <span>{webhook.events.includes('*') ? 'All events' : webhook.events.join(', ')}</span>
              <State webhook={webhook} />
            </div>
            <div className={styles.actions}>
              <Button size="small" aria-label={`Deliveries of ${webhook.url}`} onClick={() => setOpen({ dialog: 'deliveries', webhook })}>
                Deliveries
              </Button>
              {webhook.state === 'enabled' && (
                <Button
                  size="small"
                  aria-label={`Send a test to ${webhook.url}`}
                  onClick={() =>
                    void attempt(async () => {
                      await webhooks.ping(webhook.id);
                      return 'A test is on its way; see the deliveries.';
                    })
                  }
                >
                  Test
                </Button>
              )}
              <Button
                size="small"
                aria-label={`${webhook.state === 'enabled' ? 'Disable' : 'Enable'} ${webhook.url}`}
                onClick={() =>
                  void attempt(async () => {
                    const changed = await webhooks.enable(webhook.id, webhook.state !== 'enabled');
                    return changed.state === 'enabled' ? 'The webhook is enabled.' : 'The webhook is disabled.';
                  })
                }
              >
                {webhook.state === 'enabled' ? 'Disable' : 'Enable'}
              </Button>
              <Button size="small" aria-label={`New secret for ${webhook.url}`} onClick={() => setOpen({ dialog: 'rotate', webhook })}>
                New secret
              </Button>
              <Button size="small" aria-label={`Delete ${webhook.url}`} onClick={() => setOpen({ dialog: 'delete', webhook })}>
                Delete
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {list.hasMore && <Button onClick={() => void list.more()}>Show more webhooks</Button>}
      {open?.dialog === 'new' && (
        <NewWebhookDialog
          onClose={close}
          onMade={(secret) => {
            setOpen({ dialog: 'secret', secret });
            void list.reload();
          }}
        />
      )}
      {open?.dialog === 'secret' && <SecretDialog title="Signing secret" label="Secret" {...open} onClose={close} />}
      {open?.dialog === 'deliveries' && <DeliveriesDialog webhook={open.webhook} onClose={close} />}
      {open?.dialog === 'rotate' && (
        <ConfirmDialog
          title="Make a new secret?"
          text="For a day deliveries are signed with the old secret as well, so that your program can change over."
          action="Make a new secret"
          onConfirm={async () => {
            const { secret, oldSecretUntil } = await webhooks.rotate(open.webhook.id);
            // After this dialog has closed itself.
            queueMicrotask(() => setOpen({ dialog: 'secret', secret, note: `The old one signs until ${moment(oldSecretUntil)}.` }));
          }}
          onClose={close}
        />
      )}
      {open?.dialog === 'delete' && (
        <ConfirmDialog
          title="Delete this webhook?"
          text={`${open.webhook.url} is told nothing any more. Its log goes too.`}
          action="Delete"
          onConfirm={async () => {
            await webhooks.remove(open.webhook.id);
            await list.reload();
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

function State({ webhook }: { webhook: Webhook }): ReactNode {
  if (webhook.state === 'disabled') return <span className={`${styles.state} ${styles.idle}`}>Disabled</span>;
  if (webhook.state === 'failed') {
    return (
      <>
        <span className={`${styles.state} ${styles.bad}`}>Given up</span>
        <p>{webhook.stateReason}</p>
      </>
    );
  }
  return webhook.failingSince ? (
    <span className={`${styles.state} ${styles.bad}`}>Failing since {moment(webhook.failingSince)}</span>
  ) : (
    <span className={`${styles.state} ${styles.good}`}>Enabled</span>
  );
}

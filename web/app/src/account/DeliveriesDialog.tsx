import { RefreshCw } from 'lucide-react';
import { useCallback, useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import { toast } from '../ui/toasts.js';
import styles from './Account.module.css';
import { webhooks, type Delivery, type DeliveryDetail, type Webhook } from './api.js';
import { moment } from './times.js';
import { useList } from './useList.js';

/** What was sent to a webhook, what became of it, and the button to send it again. */
export function DeliveriesDialog({ webhook, onClose }: { webhook: Webhook; onClose(): void }): ReactNode {
  const list = useList(useCallback((cursor?: string) => webhooks.deliveries(webhook.id, cursor), [webhook.id]));
  const [detail, setDetail] = useState<DeliveryDetail | null>(null);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (problem) {
      toast((problem as Error).message, { kind: 'warning' });
    }
  };
  const toggle = (delivery: Delivery): Promise<void> =>
    attempt(async () => setDetail(detail?.id === delivery.id ? null : await webhooks.delivery(webhook.id, delivery.id)));
  const resend = (delivery: Delivery): Promise<void> =>
    attempt(async () => {
      await webhooks.resend(webhook.id, delivery.id);
      toast('It is sent once more.');
      await list.reload();
    });

  return (
    <Dialog title="Deliveries" onClose={onClose}>
      <div className={styles.head}>
        <p className={styles.soft}>{webhook.url}</p>
        <Button size="small" icon={<RefreshCw size={16} aria-hidden="true" />} onClick={() => void list.reload()}>
          Refresh
        </Button>
      </div>
      {list.error && (
        <p role="alert" className={styles.error}>
          {list.error}
        </p>
      )}
      {list.items?.length === 0 && <p className={styles.soft}>Nothing yet. Send a test, or start a meeting.</p>}
      <ul className={styles.list}>
        {list.items?.map((delivery) => (
          <li key={delivery.id} className={styles.item}>
            <div className={styles.what}>
              <strong>{delivery.eventType}</strong>
              <span>{describe(delivery)}</span>
              <span className={`${styles.state} ${styles[shades[delivery.state]]}`}>{names[delivery.state]}</span>
            </div>
            <div className={styles.actions}>
              <Button
                size="small"
                aria-expanded={detail?.id === delivery.id}
                aria-label={`Details of ${delivery.eventType}, ${moment(delivery.createdAt)}`}
                onClick={() => void toggle(delivery)}
              >
                Details
              </Button>
              {delivery.state !== 'pending' && (
                <Button size="small" aria-label={`Resend ${delivery.eventType}, ${moment(delivery.createdAt)}`} onClick={() => void resend(delivery)}>
                  Resend
                </Button>
              )}
            </div>
            {detail?.id === delivery.id && (
              // Scrolls, so it has to be reachable by keyboard.
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <pre className={styles.log} tabIndex={0} aria-label="Attempts and payload">
                {[...detail.log.map(line), JSON.stringify(detail.payload, null, 2)].join('\n')}
              </pre>
            )}
          </li>
        ))}
      </ul>
      {list.hasMore && <Button onClick={() => void list.more()}>Show more deliveries</Button>}
    </Dialog>
  );
}

const names = { pending: 'Waiting', delivered: 'Delivered', failed: 'Given up' } as const;
const shades = { pending: 'idle', delivered: 'good', failed: 'bad' } as const;

const describe = (delivery: Delivery): string =>
  [
    moment(delivery.createdAt),
    delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`,
    delivery.nextAttemptAt && delivery.attempts > 0 ? `next at ${moment(delivery.nextAttemptAt)}` : '',
  ]
    .filter(Boolean)
    .join(', ');

const line = (attempt: DeliveryDetail['log'][number]): string =>
  [`${moment(attempt.at)}  ${attempt.status ?? 'no answer'}  ${attempt.durationMs} ms`, attempt.error, attempt.answer].filter(Boolean).join('  ');

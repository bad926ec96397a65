/** The calls about the account, made with the session cookie of this origin. */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  createdAt: string;
  lastUsedAt?: string;
  revokedAt?: string;
}

export interface Webhook {
  id: string;
  url: string;
  description: string;
  /** `["*"]`: all. */
  events: string[];
  state: 'enabled' | 'disabled' | 'failed';
  stateReason?: string;
  createdAt: string;
  failingSince?: string;
}

export interface Delivery {
  id: string;
  eventId: string;
  eventType: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  createdAt: string;
  nextAttemptAt?: string;
  settledAt?: string;
}

export interface DeliveryDetail extends Delivery {
  payload: unknown;
  log: { at: string; durationMs: number; status?: number; error?: string; answer?: string }[];
}

export const eventTypes = [
  'meeting.started',
  'meeting.ended',
  'participant.joined',
  'participant.left',
  'recording.started',
  'recording.ready',
  'recording.failed',
  'broadcast.started',
  'broadcast.ended',
  'transcript.ready',
  'summary.ready',
] as const;

/** What the server said, in words for people. */
export class Refusal extends Error {
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

export const keys = {
  list: (cursor?: string) => call<Page<ApiKey>>('GET', `/api/keys${after(cursor)}`),
  create: (name: string) => call<ApiKey & { key: string }>('POST', '/api/keys', { name }),
  revoke: (id: string) => call<void>('DELETE', `/api/keys/${id}`),
};

export const webhooks = {
  list: (cursor?: string) => call<Page<Webhook>>('GET', `/api/webhooks${after(cursor)}`),
  create: (webhook: { url: string; description: string; events: string[] }) => call<Webhook & { secret: string }>('POST', '/api/webhooks', webhook),
  enable: (id: string, enabled: boolean) => call<Webhook>('PATCH', `/api/webhooks/${id}`, { enabled }),
  remove: (id: string) => call<void>('DELETE', `/api/webhooks/${id}`),
  rotate: (id: string) => call<{ secret: string; oldSecretUntil: string }>('POST', `/api/webhooks/${id}/secret`),
  ping: (id: string) => call<Delivery>('POST', `/api/webhooks/${id}/ping`),
  deliveries: (id: string, cursor?: string) => call<Page<Delivery>>('GET', `/api/webhooks/${id}/deliveries${after(cursor)}`),
  delivery: (id: string, delivery: string) => call<DeliveryDetail>('GET', `/api/webhooks/${id}/deliveries/${delivery}`),
  resend: (id: string, delivery: string) => call<Delivery>('POST', `/api/webhooks/${id}/deliveries/${delivery}/resend`),
};

const after = (cursor?: string): string => (cursor ? `?cursor=${encodeURIComponent(cursor)}` : '');

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  }).catch(() => {
    throw new Refusal('The server cannot be reached.');
  });
  if (response.status === 204) return undefined as T;
  const answer = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; field?: string };
  if (!response.ok) throw new Refusal([answer.title, answer.detail].filter(Boolean).join(': ') || `The server answered ${response.status}.`, answer.field);
  return answer as T;
}

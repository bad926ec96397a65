import type { SendMessage, ViewItem } from '../protocol/messages.js';

const DEBOUNCE_MS = 200;

/** Tells the server which remote videos are on screen and how large, once things have come to rest. */
export class ViewReporter {
  readonly #send: SendMessage;
  #items: readonly ViewItem[] | null = null;
  #sent = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: SendMessage) {
    this.#send = send;
  }

  set(items: readonly ViewItem[]): void {
    this.#items = items;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#report(), DEBOUNCE_MS);
  }

  /** A new place in the meeting knows nothing of what the old one reported. */
  restart(): void {
    this.#sent = '';
    if (this.#items) this.set(this.#items);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #report(): void {
    const items = [...(this.#items ?? [])].sort((a, b) => key(a).localeCompare(key(b)));
    const text = JSON.stringify(items);
    if (text !== this.#sent && this.#send({ type: 'view', items })) this.#sent = text;
  }
}

function key({ peerId, source }: ViewItem): string {
  return `${peerId}/${source}`;
}

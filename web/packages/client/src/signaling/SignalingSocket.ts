import type { Platform, SocketLike } from '../platform.js';
import { parseServerMessage, SUBPROTOCOL, type ClientMessage, type ServerMessage } from '../protocol/messages.js';

export interface SocketHandlers {
  message(message: ServerMessage): void;
  /** Called once. `opened`: whether the upgrade had succeeded; a refusal before it looks like a network failure to a page. */
  closed(event: { code: number; reason: string; opened: boolean }): void;
}

const OPEN = 1;
/** Our own close codes are in the application range: 1000 and 1001 would mean "I leave" to the server. */
const ABANDONED = 4900;
const OPEN_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 8_000;
const SILENCE_LIMIT_MS = 20_000;
const PROBE_LIMIT_MS = 2_500;

/** One WebSocket from its opening to its close; reconnecting is its owner's business. */
export class SignalingSocket {
  readonly #socket: SocketLike;
  readonly #handlers: SocketHandlers;
  #opened = false;
  #closed = false;
  #lastHeard = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: Platform, url: string, handlers: SocketHandlers) {
    this.#handlers = handlers;
    this.#socket = platform.createSocket(url, SUBPROTOCOL);
    this.#socket.onopen = () => {
      this.#opened = true;
      this.#lastHeard = Date.now();
      this.#schedule(PING_EVERY_MS);
    };
    this.#socket.onmessage = (event) => {
      this.#lastHeard = Date.now();
      const message = parseServerMessage(event.data);
      if (message && !this.#closed) this.#handlers.message(message);
    };
    this.#socket.onclose = (event) => this.#finish(event.code, event.reason);
    this.#schedule(OPEN_TIMEOUT_MS);
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === OPEN;
  }

  send(message: ClientMessage): boolean {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Asks for a sign of life now: after a change of network a socket may be dead and not know it. */
  probe(): void {
    if (!this.#opened) return;
    const heard = this.#lastHeard;
    this.send({ type: 'ping' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#lastHeard === heard ? this.abandon('silence') : this.#check()), PROBE_LIMIT_MS);
  }

  /** Leaves the meeting: the server frees the place at once. */
  leave(): void {
    this.send({ type: 'leave' });
    this.#detach();
    this.#socket.close(1000);
  }

  /** Gives this socket up without leaving the meeting, so that another one may resume. */
  abandon(reason: string): void {
    if (this.#closed) return;
    // A dead network never completes the closing handshake, so the owner is told at once.
    this.#socket.onclose = null;
    this.#socket.close(ABANDONED, reason);
    this.#finish(ABANDONED, reason);
  }

  #finish(code: number, reason: string): void {
    if (this.#closed) return;
    this.#detach();
    this.#handlers.closed({ code, reason, opened: this.#opened });
  }

  #detach(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), delay);
  }

  #check(): void {
    if (!this.#opened) return this.abandon('no answer');
    if (Date.now() - this.#lastHeard > SILENCE_LIMIT_MS) return this.abandon('silence');
    this.send({ type: 'ping' });
    this.#schedule(PING_EVERY_MS);
  }
}

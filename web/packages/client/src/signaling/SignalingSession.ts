import { TertuliaError } from '../errors.js';
import type { Platform } from '../platform.js';
import { endReasonOf, endReasonOfRefusal, type EndReason } from '../protocol/closeCodes.js';
import type { ClientMessage, ServerMessage } from '../protocol/messages.js';
import { Store, type ReadableStore } from '../util/Store.js';
import { backoffDelay } from './backoff.js';
import { SignalingSocket } from './SignalingSocket.js';

export type ConnectionStatus = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Tries since the connection was lost. */
  readonly attempt: number;
  /** Why it is closed. */
  readonly end?: EndReason;
}

/** What the server says about a meeting whose socket was refused; null: it cannot be reached. */
export type RefusalCheck = () => Promise<string | null>;

export interface SessionOptions {
  /** `wss://host/ws/signaling`, without a query. */
  url: string;
  meetingId: string;
  token: string;
  /** A token for a new participant, when the old place in the meeting cannot be resumed. */
  refreshToken?: (() => Promise<string>) | undefined;
  checkRefusal: RefusalCheck;
  giveUpAfterMs?: number | undefined;
}

export interface SessionHandlers {
  message(message: ServerMessage): void;
}

const GIVE_UP_AFTER_MS = 5 * 60_000;
const FIRST_CONNECT_LIMIT_MS = 30_000;
const REFUSALS_BEFORE_NEW_TOKEN = 2;

/** Keeps one place in one meeting over as many sockets as it takes: resume, back off, rejoin, or end. */
export class SignalingSession {
  readonly #platform: Platform;
  readonly #options: SessionOptions;
  readonly #handlers: SessionHandlers;
  readonly #state = new Store<ConnectionState>({ status: 'idle', attempt: 0 });
  #socket: SignalingSocket | null = null;
  #token: string;
  #resumeToken: string | null = null;
  #refusals = 0;
  #newTokens = 0;
  #lostAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopOnline: (() => void) | undefined;

  constructor(platform: Platform, options: SessionOptions, handlers: SessionHandlers) {
    this.#platform = platform;
    this.#options = options;
    this.#handlers = handlers;
    this.#token = options.token;
  }

  get state(): ReadableStore<ConnectionState> {
    return this.#state;
  }

  start(): void {
    this.#lostAt = Date.now();
    this.#state.set({ status: 'connecting', attempt: 0 });
    this.#stopOnline = this.#platform.onOnline(() => this.#networkReturned());
    this.#open();
  }

  readonly send = (message: ClientMessage): boolean => this.#socket?.send(message) ?? false;

  leave(): void {
    this.#socket?.leave();
    this.#finish('left');
  }

  /** Tries at once instead of waiting for the next turn. */
  retryNow(): void {
    if (this.#state.get().status !== 'reconnecting' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #open(): void {
    clearTimeout(this.#timer);
    const query = new URLSearchParams({ token: this.#resumeToken ?? this.#token, meetingId: this.#options.meetingId });
    const socket: SignalingSocket = new SignalingSocket(this.#platform, `${this.#options.url}?${query}`, {
      message: (message) => {
        if (this.#socket === socket) this.#receive(message);
      },
      closed: (event) => {
        if (this.#socket !== socket) return;
        this.#socket = null;
        void this.#closed(event.code, event.opened);
      },
    });
    this.#socket = socket;
  }

  #receive(message: ServerMessage): void {
    if (message.type === 'welcome') {
      this.#resumeToken = message.resumeToken ?? null;
      this.#refusals = 0;
      this.#newTokens = 0;
    }
    if (message.type === 'reconnect') return this.#comeBackLater(message.afterMs ?? 1000);
    if (message.type !== 'pong') this.#handlers.message(message);
    // Told last, so that whoever hears of it finds the welcome's roster in place.
    if (message.type === 'welcome') this.#state.set({ status: 'connected', attempt: 0 });
  }

  #comeBackLater(afterMs: number): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.abandon('reconnect');
    this.#lost();
    this.#schedule(Math.min(Math.max(afterMs, 0), 30_000));
  }

  async #closed(code: number, opened: boolean): Promise<void> {
    if (this.#isClosed()) return;
    const end = code === 1000 && opened ? 'left' : endReasonOf(code);
    if (end) return this.#finish(end);
    const first = this.#state.get().status === 'connecting';
    if (!first) this.#lost();
    if (opened) return this.#retry();
    await this.#refused(first);
  }

  /** The upgrade failed: no network, or a refusal that the page cannot see the status of. */
  async #refused(first: boolean): Promise<void> {
    const answer = await this.#options.checkRefusal().catch(() => null);
    if (this.#isClosed()) return;
    if (answer === null) return this.#retry();
    // While this client's own place is still held, "full" may count itself: only a newcomer is turned away by it.
    const end = answer === 'meeting-full' && !first ? null : endReasonOfRefusal(answer);
    if (end) return this.#finish(end);
    if (++this.#refusals < REFUSALS_BEFORE_NEW_TOKEN) return this.#retry();
    await this.#rejoin();
  }

  /** The token is refused by a server that is up: the place is gone, so take a new one. */
  async #rejoin(): Promise<void> {
    if (!this.#options.refreshToken || this.#newTokens >= 2) return this.#finish(this.#resumeToken ? 'lost' : 'refused');
    try {
      const token = await this.#options.refreshToken();
      if (this.#isClosed()) return;
      this.#token = token;
      this.#resumeToken = null;
      this.#refusals = 0;
      this.#newTokens++;
      this.#open();
    } catch (error) {
      if (this.#isClosed()) return;
      const end = error instanceof TertuliaError ? endReasonOfRefusal(error.code) : null;
      if (end) this.#finish(end);
      else this.#retry();
    }
  }

  #lost(): void {
    const { status, attempt } = this.#state.get();
    if (status === 'connected') this.#lostAt = Date.now();
    this.#state.set({ status: 'reconnecting', attempt: status === 'connected' ? 0 : attempt });
  }

  #retry(): void {
    const { status, attempt } = this.#state.get();
    const limit = status === 'connecting' ? FIRST_CONNECT_LIMIT_MS : (this.#options.giveUpAfterMs ?? GIVE_UP_AFTER_MS);
    if (Date.now() - this.#lostAt > limit) return this.#finish('lost');
    this.#state.set({ status: status === 'connecting' ? 'connecting' : 'reconnecting', attempt: attempt + 1 });
    this.#schedule(backoffDelay(attempt));
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  #networkReturned(): void {
    if (this.#socket) this.#socket.probe();
    else if (!this.#isClosed()) this.#schedule(0);
  }

  #isClosed(): boolean {
    return this.#state.get().status === 'closed';
  }

  #finish(end: EndReason): void {
    if (this.#isClosed()) return;
    clearTimeout(this.#timer);
    this.#stopOnline?.();
    this.#socket = null;
    this.#state.set({ status: 'closed', attempt: 0, end });
  }
}

import type { ChatEntry, SendMessage } from '../protocol/messages.js';
import { Store, type ReadableStore } from '../util/Store.js';

export interface ChatMessage {
  readonly id: string;
  /** Display name of the author. */
  readonly from: string;
  readonly peerId: string;
  readonly text: string;
  readonly time: Date;
  readonly isOwn: boolean;
  /** Written here but not yet confirmed by the server. */
  readonly pending: boolean;
  /** Peer id of the only reader, for a private message. */
  readonly to?: string;
}

export interface ChatState {
  readonly messages: readonly ChatMessage[];
  /** Messages of others that came while the chat was not in view. */
  readonly unread: number;
}

export const MAX_CHAT_LENGTH = 4000;
/** After coming back, time for the replay of missed messages before unconfirmed ones are sent again. */
const REPLAY_MS = 1500;

interface PendingText {
  readonly id: string;
  readonly text: string;
  readonly to: string | undefined;
}

/** What was said in writing: history and live messages in one list, each once, and how many are unread. */
export class ChatLog {
  readonly #send: SendMessage;
  readonly #state = new Store<ChatState>({ messages: [], unread: 0 });
  readonly #ids = new Set<string>();
  readonly #ownPeerIds = new Set<string>();
  #ownName = '';
  #pending: PendingText[] = [];
  #confirmed: ChatMessage[] = [];
  #nextPending = 0;
  #inView = false;
  #hadHistory = false;
  #resendTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: SendMessage) {
    this.#send = send;
  }

  get state(): ReadableStore<ChatState> {
    return this.#state;
  }

  /** Called with each welcome: who we are now, and that the socket works. */
  connected(peerId: string, displayName: string): void {
    this.#ownPeerIds.add(peerId);
    this.#ownName = displayName;
    clearTimeout(this.#resendTimer);
    if (this.#pending.length > 0) this.#resendTimer = setTimeout(() => this.#resend(), REPLAY_MS);
  }

  /** Says something; while there is no connection the message waits. False: there is nothing to say or it is too long. */
  say(text: string, to?: string): boolean {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > MAX_CHAT_LENGTH) return false;
    this.#pending.push({ id: `pending-${this.#nextPending++}`, text: trimmed, to });
    this.#send(chatMessage(trimmed, to));
    this.#publish(0);
    return true;
  }

  receive(entry: ChatEntry): ChatMessage | null {
    const message = this.#add(entry);
    if (!message) return null;
    this.#publish(message.isOwn ? 0 : 1);
    return message;
  }

  /** What was said before is read as far as this newcomer is concerned; what a returning one missed is not. */
  receiveHistory(entries: readonly ChatEntry[]): void {
    const isReplay = this.#hadHistory;
    this.#hadHistory = true;
    const added = entries.map((entry) => this.#add(entry)).filter((message) => message !== null);
    this.#publish(isReplay ? added.filter((message) => !message.isOwn).length : 0);
  }

  /** Whether the messages are on screen: then nothing is unread. */
  setInView(inView: boolean): void {
    this.#inView = inView;
    if (inView) this.#state.update((state) => (state.unread === 0 ? state : { ...state, unread: 0 }));
  }

  close(): void {
    clearTimeout(this.#resendTimer);
  }

  #add(entry: ChatEntry): ChatMessage | null {
    if (this.#ids.has(entry.id)) return null;
    this.#ids.add(entry.id);
    const isOwn = this.#ownPeerIds.has(entry.peerId);
    if (isOwn) this.#confirm(entry.text);
    const message: ChatMessage = {
      id: entry.id,
      from: entry.from,
      peerId: entry.peerId,
      text: entry.text,
      time: new Date(entry.timestamp),
      isOwn,
      pending: false,
      ...(entry.to === undefined ? {} : { to: entry.to }),
    };
    // Live messages come in order; only a replay may have to be sorted in.
    const last = this.#confirmed.at(-1);
    this.#confirmed = [...this.#confirmed, message];
    if (last && last.time > message.time) this.#confirmed.sort((a, b) => a.time.getTime() - b.time.getTime());
    return message;
  }

  #confirm(text: string): void {
    const index = this.#pending.findIndex((pending) => pending.text === text);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  #resend(): void {
    for (const { text, to } of this.#pending) this.#send(chatMessage(text, to));
  }

  #publish(newUnread: number): void {
    const { unread } = this.#state.get();
    const waiting = this.#pending.map(
      ({ id, text, to }): ChatMessage => ({
        id,
        from: this.#ownName,
        peerId: '',
        text,
        time: new Date(),
        isOwn: true,
        pending: true,
        ...(to === undefined ? {} : { to }),
      }),
    );
    this.#state.set({ messages: [...this.#confirmed, ...waiting], unread: this.#inView ? 0 : unread + newUnread });
  }
}

function chatMessage(text: string, to: string | undefined): { type: 'chat'; text: string; to?: string } {
  return { type: 'chat', text, ...(to === undefined ? {} : { to }) };
}

import type { CaptionsInfo, SendMessage, TranscriptionEntry } from '../protocol/messages.js';
import { Store, type ReadableStore } from '../util/Store.js';

export interface CaptionLine {
  readonly segmentId: string;
  readonly speaker: string;
  readonly peerId: string;
  readonly text: string;
  readonly time: Date;
  /** False while it still grows. */
  readonly isFinal: boolean;
  /** When it last changed here, in milliseconds since 1970. */
  readonly changedAt: number;
}

export interface CaptionsState {
  /** How captions stand for us; null where the meeting is not transcribed. */
  readonly info: CaptionsInfo | null;
  /** In words, why nothing is recognised at the moment. */
  readonly problem: string | null;
  /** What was said since we came, in the order in which it began. */
  readonly lines: readonly CaptionLine[];
}

/** What is kept for reading back; the whole is in the transcript. */
const MOST_LINES = 1000;

/** What is said, line by line: each grows under one id until it is final. */
export class CaptionLog {
  readonly #send: SendMessage;
  readonly #now: () => number;
  readonly #state = new Store<CaptionsState>({ info: null, problem: null, lines: [] });

  constructor(send: SendMessage, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
  }

  get state(): ReadableStore<CaptionsState> {
    return this.#state;
  }

  /** Called with each welcome; a choice that was made before outlives a new connection. */
  connected(info: CaptionsInfo | null): void {
    const wished = this.#state.get().info;
    this.#state.update((state) => ({ ...state, info, problem: null }));
    if (!info || !wished) return;
    if (wished.show !== info.show) this.choose({ show: wished.show });
    if (wished.language !== info.language) this.choose({ language: wished.language });
  }

  choose(wish: { show?: boolean; language?: string }): void {
    this.#send({ type: 'captions', ...wish });
  }

  told(info: CaptionsInfo, reason: string | undefined): void {
    this.#state.update((state) => ({ ...state, info, problem: info.available ? null : (reason ?? null) }));
  }

  receive(entry: TranscriptionEntry): void {
    this.#state.update((state) => {
      const at = state.lines.findLastIndex((line) => line.segmentId === entry.segmentId);
      // A final line without text was no speech: what was shown of it goes away.
      const line: CaptionLine[] = entry.text === '' ? [] : [this.#line(entry)];
      const lines = at < 0 ? [...state.lines, ...line] : state.lines.toSpliced(at, 1, ...line);
      const last = state.lines.at(-1);
      if (at < 0 && last && line[0] && last.time > line[0].time) lines.sort((a, b) => a.time.getTime() - b.time.getTime());
      return { ...state, lines: lines.slice(-MOST_LINES) };
    });
  }

  #line(entry: TranscriptionEntry): CaptionLine {
    return {
      segmentId: entry.segmentId,
      speaker: entry.speaker,
      peerId: entry.peerId,
      text: entry.text,
      time: new Date(entry.timestamp),
      isFinal: entry.isFinal,
      changedAt: this.#now(),
    };
  }
}

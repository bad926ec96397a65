import type { Platform } from '../platform.js';
import type { TrackSource } from '../protocol/messages.js';
import { Store, type ReadableStore } from '../util/Store.js';

export interface RemoteTrack {
  peerId: string;
  source: TrackSource;
  receiver: RTCRtpReceiver;
}

/** The SFU's downlink, or direct connections. */
export type Origin = 'down' | 'mesh';

/** One stream per source of a participant; a stream object stays the same for as long as its track does. */
export type RemoteStreams = Readonly<Partial<Record<TrackSource, MediaStream>>>;

interface Entry {
  readonly peerId: string;
  readonly source: TrackSource;
  readonly receivers: Map<Origin, RTCRtpReceiver>;
  shown: RTCRtpReceiver | null;
  stream: MediaStream | null;
}

const POLL_MS = 150;
const PATIENCE_MS = 6_000;

/** Which stream stands for which participant, however the media comes; during a move the old way is shown until the new one flows. */
export class RemoteMedia {
  readonly #platform: Platform;
  readonly #streams = new Store<ReadonlyMap<string, RemoteStreams>>(new Map());
  readonly #entries = new Map<string, Entry>();
  #preferred: Origin = 'down';
  #preferredSince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  get streams(): ReadableStore<ReadonlyMap<string, RemoteStreams>> {
    return this.#streams;
  }

  /** The way media is to come from now on. */
  prefer(origin: Origin): void {
    if (origin === this.#preferred) return;
    this.#preferred = origin;
    this.#preferredSince = Date.now();
    this.#choose();
  }

  /** All tracks that come by `origin` now. */
  setTracks(origin: Origin, tracks: readonly RemoteTrack[]): void {
    for (const entry of this.#entries.values()) entry.receivers.delete(origin);
    for (const { peerId, source, receiver } of tracks) {
      const key = `${peerId}/${source}`;
      let entry = this.#entries.get(key);
      if (!entry) this.#entries.set(key, (entry = { peerId, source, receivers: new Map(), shown: null, stream: null }));
      entry.receivers.set(origin, receiver);
    }
    this.#choose();
  }

  /** True when nothing depends on the other origin any more. */
  get isSettled(): boolean {
    return [...this.#entries.values()].every(({ shown, receivers }) => {
      const preferred = receivers.get(this.#preferred);
      return preferred ? shown === preferred : !shown || !flows(shown);
    });
  }

  get #isMoving(): boolean {
    return [...this.#entries.values()].some(({ shown, receivers }) => receivers.size > 1 && shown !== receivers.get(this.#preferred));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#entries.clear();
    this.#streams.set(new Map());
  }

  #choose(): void {
    clearTimeout(this.#timer);
    for (const [key, entry] of this.#entries) {
      if (entry.receivers.size === 0) this.#entries.delete(key);
      else this.#show(entry, this.#choice(entry));
    }
    this.#publish();
    if (this.#isMoving) this.#timer = setTimeout(() => this.#choose(), POLL_MS);
  }

  #choice(entry: Entry): RTCRtpReceiver | null {
    const preferred = entry.receivers.get(this.#preferred);
    const other = entry.receivers.get(this.#preferred === 'down' ? 'mesh' : 'down');
    if (!preferred || !other) return preferred ?? other ?? null;
    // A muted source never flows; after a while there is nothing to be gained by the old way.
    const waitedLong = Date.now() - this.#preferredSince > PATIENCE_MS;
    return entry.shown === preferred || waitedLong || flows(preferred) ? preferred : other;
  }

  #show(entry: Entry, receiver: RTCRtpReceiver | null): void {
    if (entry.shown === receiver) return;
    entry.shown = receiver;
    entry.stream = receiver ? this.#platform.createStream([receiver.track]) : null;
  }

  #publish(): void {
    const next = new Map<string, Partial<Record<TrackSource, MediaStream>>>();
    for (const { peerId, source, stream } of this.#entries.values()) {
      if (stream) next.set(peerId, { ...next.get(peerId), [source]: stream });
    }
    const before = this.#streams.get();
    // Peers whose streams did not change keep their object, so that only the others are drawn again.
    for (const [peerId, streams] of next) {
      const old = before.get(peerId);
      if (old && sameStreams(old, streams)) next.set(peerId, old);
    }
    const unchanged = next.size === before.size && [...next].every(([peerId, streams]) => before.get(peerId) === streams);
    if (!unchanged) this.#streams.set(next);
  }
}

function flows(receiver: RTCRtpReceiver): boolean {
  return receiver.getSynchronizationSources().length > 0;
}

function sameStreams(a: RemoteStreams, b: RemoteStreams): boolean {
  const keys = Object.keys(a) as TrackSource[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

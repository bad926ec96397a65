import type { MediaPlane } from '../connections/MediaPlane.js';
import type { LocalMedia } from '../media/LocalMedia.js';
import { TRACK_SOURCES, type SendMessage, type TrackSource } from '../protocol/messages.js';
import type { Roster } from './Roster.js';

/** Carries the state of the local devices into the meeting: tracks to the connections, mute states to the others. */
export class Publisher {
  readonly #media: LocalMedia;
  readonly #roster: Roster;
  readonly #send: SendMessage;
  readonly #stop: () => void;
  readonly #announced = new Map<TrackSource, boolean>();
  #plane: MediaPlane | null = null;

  constructor(media: LocalMedia, roster: Roster, send: SendMessage) {
    this.#media = media;
    this.#roster = roster;
    this.#send = send;
    this.#stop = media.on('change', (source) => this.#changed(source));
  }

  /** Everything anew: this is another stay in the meeting. */
  attach(plane: MediaPlane): void {
    this.#plane = plane;
    this.#announced.clear();
    for (const source of TRACK_SOURCES) {
      plane.setTrack(source, this.#media.state.get()[source].track);
      this.#announce(source);
    }
  }

  /** The socket is back: says again what may have changed meanwhile. */
  signalingRestored(): void {
    this.#announced.clear();
    for (const source of TRACK_SOURCES) this.#announce(source);
  }

  close(): void {
    this.#stop();
    this.#plane = null;
  }

  #changed(source: TrackSource): void {
    if (!this.#plane) return;
    this.#plane.setTrack(source, this.#media.state.get()[source].track);
    this.#announce(source);
  }

  #announce(source: TrackSource): void {
    const { track, muted } = this.#media.state.get()[source];
    const self = this.#roster.state.get().self;
    if (source === 'screen' || source === 'screen-audio') {
      const wasShared = this.#announced.get(source) === false;
      if (self) this.#roster.setTrack(self.peerId, source, track ? { muted: false } : null);
      if (track && !wasShared && this.#send({ type: 'track', source, muted: false })) this.#announced.set(source, false);
      if (!track && wasShared && this.#send({ type: 'track', source, muted: true, removed: true })) this.#announced.delete(source);
      return;
    }
    if (self) this.#roster.setTrack(self.peerId, source, { muted });
    if (this.#announced.get(source) !== muted && this.#send({ type: 'track', source, muted })) this.#announced.set(source, muted);
  }
}

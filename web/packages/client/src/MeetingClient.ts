import type { RemoteStreams } from './connections/RemoteMedia.js';
import { TertuliaError } from './errors.js';
import { LocalMedia } from './media/LocalMedia.js';
import type { CaptionsState } from './meeting/CaptionLog.js';
import type { ChatState } from './meeting/ChatLog.js';
import type { MeetingEvents } from './meeting/events.js';
import type { RosterState } from './meeting/Roster.js';
import { Stay, type BroadcastState, type MeetingInfo, type RecordingState } from './meeting/Stay.js';
import { browserPlatform, type Platform } from './platform.js';
import type { TrackSource, ViewItem } from './protocol/messages.js';
import { checkRefusal } from './rest/checkRefusal.js';
import { TertuliaApi } from './rest/TertuliaApi.js';
import { SignalingSession, type ConnectionState } from './signaling/SignalingSession.js';
import type { QualityLevel } from './protocol/messages.js';
import { Emitter } from './util/Emitter.js';
import { Store, type ReadableStore } from './util/Store.js';

export interface ConnectOptions {
  /** The server's address, e.g. `https://meet.example.org`. */
  url: string;
  meetingId: string;
  /** From `POST /api/meetings/{id}/join` or `…/guest`. */
  token: string;
  /** Fetches another token when the place in the meeting could not be kept; without it such a loss is final. */
  refreshToken?: () => Promise<string>;
  /** How long to try to come back; 5 minutes unless said otherwise. */
  giveUpAfterMs?: number;
}

/** One person's part in one meeting. State is in stores (immutable snapshots), happenings come as events. Use once. */
export class MeetingClient {
  /** This page's own devices; may be given from outside, e.g. when a device check used them before. */
  readonly media: LocalMedia;
  readonly #platform: Platform;
  readonly #events = new Emitter<MeetingEvents>();
  readonly #state = new Store<ConnectionState>({ status: 'idle', attempt: 0 });
  readonly #stay: Stay;
  #session: SignalingSession | null = null;

  constructor(options: { media?: LocalMedia; platform?: Platform } = {}) {
    this.#platform = options.platform ?? browserPlatform;
    this.media = options.media ?? new LocalMedia(this.#platform);
    this.#stay = new Stay(this.#platform, (message) => this.#session?.send(message) ?? false, this.media, this.#events);
  }

  readonly on = this.#events.on.bind(this.#events);

  get state(): ReadableStore<ConnectionState> {
    return this.#state;
  }

  get info(): ReadableStore<MeetingInfo | null> {
    return this.#stay.info;
  }

  get participants(): ReadableStore<RosterState> {
    return this.#stay.roster.state;
  }

  /** Streams of the others by peer id and source. */
  get streams(): ReadableStore<ReadonlyMap<string, RemoteStreams>> {
    return this.#stay.remote.streams;
  }

  /** Peer id of whoever speaks, which may be our own; null when nobody does. */
  get activeSpeaker(): ReadableStore<string | null> {
    return this.#stay.activeSpeaker;
  }

  get chat(): ReadableStore<ChatState> {
    return this.#stay.chat.state;
  }

  /** What is being said, where the meeting is transcribed. */
  get captions(): ReadableStore<CaptionsState> {
    return this.#stay.captions.state;
  }

  /** The quality of this client's own connection. */
  get quality(): ReadableStore<QualityLevel> {
    return this.#stay.quality.level;
  }

  /** Settles with the first welcome; rejects with the {@link TertuliaError} that says why not (`full`, `unknown`, `ended`, …). */
  connect(options: ConnectOptions): Promise<void> {
    if (this.#session) throw new TertuliaError('wrong-state', 'a MeetingClient connects once');
    const url = new URL(options.url);
    const api = new TertuliaApi(url.href.replace(/^ws/, 'http'), this.#platform);
    const session = new SignalingSession(
      this.#platform,
      {
        url: `${url.href.replace(/^http/, 'ws').replace(/\/+$/, '')}/ws/signaling`,
        meetingId: options.meetingId,
        token: options.token,
        refreshToken: options.refreshToken,
        giveUpAfterMs: options.giveUpAfterMs,
        checkRefusal: () => checkRefusal(api, options.meetingId),
      },
      { message: (message) => this.#stay.handle(message) },
    );
    this.#session = session;
    return new Promise((resolve, reject) => {
      session.state.subscribe(() => {
        const state = session.state.get();
        this.#state.set(state);
        if (state.status === 'connected') resolve();
        if (state.status === 'closed') {
          reject(new TertuliaError(state.end ?? 'lost', `the meeting could not be joined: ${state.end}`));
          this.#finish(state);
        }
      });
      session.start();
    });
  }

  /** Leaves; all devices are released. */
  leave(): void {
    if (this.#session) this.#session.leave();
    else void this.media.close();
  }

  /** While reconnecting: tries now. */
  retryNow(): void {
    this.#session?.retryNow();
  }

  /** Writes to all, or to one. False: empty or too long. */
  sendChat(text: string, to?: string): boolean {
    return this.#stay.chat.say(text, to);
  }

  /** Whether the chat is on screen, which ends messages' being unread. */
  setChatInView(inView: boolean): void {
    this.#stay.chat.setInView(inView);
  }

  /** Whether captions are wanted here, and what we speak (a BCP 47 tag). */
  setCaptions(wish: { show?: boolean; language?: string }): void {
    this.#stay.captions.choose(wish);
  }

  react(emoji: string): void {
    this.#stay.react(emoji);
  }

  raiseHand(raised: boolean): void {
    this.#stay.raiseHand(raised);
  }

  /** Which remote videos are on screen and how large (device pixels): the server sends no more than that. */
  setView(items: readonly ViewItem[]): void {
    this.#stay.view.set(items);
  }

  /** Hosts only. */
  muteParticipant(peerId: string, source: TrackSource = 'microphone'): void {
    this.#session?.send({ type: 'mute-request', peerId, source });
  }

  /** Hosts only. */
  removeParticipant(peerId: string): void {
    this.#session?.send({ type: 'remove', peerId });
  }

  /** How the meeting's recording stands; null while there is none. */
  get recording(): ReadableStore<RecordingState | null> {
    return this.#stay.recording;
  }

  /** Hosts only. What came of it is told to everyone; a `refused` event with `ref: 'recording'` says why not. */
  startRecording(): void {
    this.#session?.send({ type: 'recording', action: 'start' });
  }

  /** Hosts only. */
  stopRecording(): void {
    this.#session?.send({ type: 'recording', action: 'stop' });
  }

  /** The broadcast that goes on; null while there is none. */
  get broadcast(): ReadableStore<BroadcastState | null> {
    return this.#stay.broadcast;
  }

  /** Hosts only: shows the meeting to the public. A `refused` event with `ref: 'broadcast'` says why not. */
  startBroadcast(): void {
    this.#session?.send({ type: 'broadcast', action: 'start' });
  }

  /** Hosts only. */
  stopBroadcast(): void {
    this.#session?.send({ type: 'broadcast', action: 'stop' });
  }

  /** Hosts only: ends the meeting for everybody. */
  endMeeting(): void {
    this.#session?.send({ type: 'end' });
  }

  #finish(state: ConnectionState): void {
    this.#stay.close();
    void this.media.close();
    this.#events.emit('ended', state.end ?? 'lost');
  }
}

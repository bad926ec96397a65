import type { Platform } from '../platform.js';
import { SFU, type ClientMessage, type SendMessage, type TrackSource, type UpTrack } from '../protocol/messages.js';
import { Deferred } from '../util/Deferred.js';
import { ConnectionWatch } from './ConnectionWatch.js';
import { kindOf, uplinkEncodings } from './encodings.js';

const ANSWER_PATIENCE_MS = 8_000;
const MAX_REPEATS = 1;
const RESTARTS_BEFORE_REBUILD = 2;
const MAX_REFUSED_OFFERS = 3;

interface PendingOffer {
  readonly message: ClientMessage;
  readonly answer: Deferred<RTCSessionDescriptionInit>;
}

/** Everything this client sends to the SFU: one connection, which this side alone offers. */
export class UpConnection {
  readonly #platform: Platform;
  readonly #send: SendMessage;
  readonly #iceServers: RTCIceServer[];
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();
  readonly #transceivers = new Map<TrackSource, RTCRtpTransceiver>();
  #connection!: RTCPeerConnection;
  #watch!: ConnectionWatch;
  #pending: PendingOffer | null = null;
  #wanted = false;
  #negotiating = false;
  #iceRestart = false;
  #refused = 0;
  #closed = false;

  constructor(platform: Platform, send: SendMessage, iceServers: RTCIceServer[]) {
    this.#platform = platform;
    this.#send = send;
    this.#iceServers = iceServers;
    this.#create();
  }

  get connection(): RTCPeerConnection {
    return this.#connection;
  }

  /** What a source sends from now on. A camera or microphone going silent needs no negotiation, a screen does. */
  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    const transceiver = this.#transceivers.get(source);
    if (!transceiver) {
      if (track) this.#negotiate();
      return;
    }
    void transceiver.sender.replaceTrack(track).catch(() => undefined); // rejected only once the connection is closed
    const direction = track || isPermanent(source) ? 'sendonly' : 'inactive';
    if (transceiver.direction !== direction) {
      transceiver.direction = direction;
      this.#negotiate();
    }
  }

  /** Stops encoding what nobody can use, and starts again what somebody can. */
  setLayers(source: TrackSource, rids: readonly string[]): void {
    const sender = this.#transceivers.get(source)?.sender;
    const parameters = sender?.getParameters();
    if (!sender || !parameters?.encodings || parameters.encodings.length < 2) return;
    for (const encoding of parameters.encodings) encoding.active = encoding.rid === undefined || rids.includes(encoding.rid);
    // Refused only while a negotiation is under way: the encodings stay as they are, which costs bandwidth and nothing else.
    void sender.setParameters(parameters).catch(() => undefined);
  }

  handleAnswer(sdp: RTCSessionDescriptionInit): void {
    this.#pending?.answer.resolve(sdp);
  }

  /** The server could not use the last offer. */
  handleRefusal(reason: string): void {
    this.#pending?.answer.reject(new Error(reason));
  }

  /** The socket is back with the same place in the meeting: an offer or its answer may have been lost with the old one. */
  signalingRestored(): void {
    if (this.#pending) this.#send(this.#pending.message);
    this.#watch.hurry();
  }

  /**
   * The server hears nothing any more: another way is looked for at once, before this side notices. By a new connection, since after an ICE
   * restart browsers cling to the dead pair for seconds.
   */
  restart(): void {
    const { connectionState } = this.#connection;
    if (connectionState !== 'new' && connectionState !== 'connecting') this.#rebuild();
  }

  close(): void {
    this.#closed = true;
    this.#watch.stop();
    this.#pending?.answer.reject(new Error('closed'));
    this.#connection.close();
  }

  #create(): void {
    this.#connection = this.#platform.createPeerConnection({ iceServers: this.#iceServers, bundlePolicy: 'max-bundle' });
    this.#watch = new ConnectionWatch(this.#connection, (attempt) => this.#repair(attempt));
    this.#transceivers.clear();
    this.#negotiate();
  }

  #repair(attempt: number): void {
    if (this.#pending) return; // an offer is under way already, or waits for the socket
    if (attempt > RESTARTS_BEFORE_REBUILD) return this.#rebuild();
    this.#iceRestart = true;
    this.#negotiate();
  }

  #rebuild(): void {
    this.#watch.stop();
    this.#connection.close();
    this.#pending?.answer.reject(new Error('rebuilt'));
    this.#create();
  }

  #negotiate(): void {
    this.#wanted = true;
    if (!this.#negotiating) void this.#negotiateUntilSettled();
  }

  /** Changes that come while an answer is awaited are folded into one following offer. */
  async #negotiateUntilSettled(): Promise<void> {
    this.#negotiating = true;
    while (this.#wanted && !this.#closed) {
      // One turn of the event loop, so that sources set together are offered together.
      await Promise.resolve();
      this.#wanted = false;
      const connection = this.#connection;
      try {
        await this.#offer(connection);
        this.#refused = 0;
      } catch {
        if (this.#closed || connection !== this.#connection) continue;
        if (++this.#refused >= MAX_REFUSED_OFFERS) break;
        this.#rebuild();
      }
    }
    this.#negotiating = false;
  }

  async #offer(connection: RTCPeerConnection): Promise<void> {
    this.#addMissingTransceivers(connection);
    const iceRestart = this.#iceRestart;
    this.#iceRestart = false;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
    const { type, sdp } = connection.localDescription!;
    const pending: PendingOffer = {
      message: { type: 'offer', to: SFU, connection: 'up', sdp: { type, sdp }, tracks: this.#offeredTracks() },
      answer: new Deferred(),
    };
    this.#pending = pending;
    this.#send(pending.message);
    const timer = this.#insist(pending);
    try {
      const answer = await pending.answer.promise;
      await connection.setRemoteDescription(answer);
    } finally {
      clearInterval(timer);
      if (this.#pending === pending) this.#pending = null;
    }
  }

  /** Repeats an unanswered offer, then gives it up; time without a socket does not count. */
  #insist(pending: PendingOffer): ReturnType<typeof setInterval> {
    let repeats = 0;
    return setInterval(() => {
      if (repeats >= MAX_REPEATS) pending.answer.reject(new Error('no answer'));
      else if (this.#send(pending.message)) repeats++;
    }, ANSWER_PATIENCE_MS);
  }

  #addMissingTransceivers(connection: RTCPeerConnection): void {
    for (const source of ['microphone', 'camera', 'screen', 'screen-audio'] as const) {
      const track = this.#tracks.get(source);
      if (this.#transceivers.has(source) || (!track && !isPermanent(source))) continue;
      const transceiver = connection.addTransceiver(track ?? kindOf(source), {
        direction: 'sendonly',
        sendEncodings: uplinkEncodings(source),
      });
      this.#transceivers.set(source, transceiver);
    }
  }

  #offeredTracks(): UpTrack[] {
    const tracks: UpTrack[] = [];
    for (const [source, { mid, direction }] of this.#transceivers) {
      if (mid !== null && direction === 'sendonly') tracks.push({ mid, source });
    }
    return tracks;
  }
}

/** Microphone and camera keep their sections from the start, so that turning them on is instant. */
function isPermanent(source: TrackSource): boolean {
  return source === 'microphone' || source === 'camera';
}

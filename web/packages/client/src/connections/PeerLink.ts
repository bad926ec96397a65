import type { Platform } from '../platform.js';
import { TRACK_SOURCES, type SendMessage, type TrackSource } from '../protocol/messages.js';
import { TaskQueue } from '../util/TaskQueue.js';
import { ConnectionWatch } from './ConnectionWatch.js';
import { directEncodings, kindOf } from './encodings.js';
import type { RemoteTrack } from './RemoteMedia.js';

const REPAIRS_BEFORE_REPORT = 2;

/**
 * One direct connection. It always has four sections in the order of TRACK_SOURCES, so sources come and go by
 * `replaceTrack` alone: only the initiator ever offers, and offers cannot cross.
 */
export class PeerLink {
  readonly #send: SendMessage;
  readonly #peerId: string;
  readonly #initiator: boolean;
  readonly #changed: () => void;
  readonly #connection: RTCPeerConnection;
  readonly #watch: ConnectionWatch;
  readonly #queue = new TaskQueue();
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();
  #candidates: (RTCIceCandidateInit | null)[] | null = [];

  constructor(platform: Platform, send: SendMessage, iceServers: RTCIceServer[], peerId: string, initiator: boolean, changed: () => void) {
    this.#send = send;
    this.#peerId = peerId;
    this.#initiator = initiator;
    this.#changed = changed;
    this.#connection = platform.createPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    this.#connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) send({ type: 'ice-candidate', to: peerId, connection: 'peer', candidate: candidate.toJSON() });
    });
    this.#connection.addEventListener('connectionstatechange', changed);
    this.#watch = new ConnectionWatch(this.#connection, (attempt) => this.#repair(attempt));
  }

  get connection(): RTCPeerConnection {
    return this.#connection;
  }

  get isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  get remoteTracks(): RemoteTrack[] {
    if (!this.#connection.remoteDescription) return [];
    return this.#sections().map(({ receiver }, index) => ({ peerId: this.#peerId, source: TRACK_SOURCES[index]!, receiver }));
  }

  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    const section = this.#sections()[TRACK_SOURCES.indexOf(source)];
    void section?.sender.replaceTrack(track).catch(() => undefined);
  }

  /** Makes the first offer. */
  start(): void {
    for (const source of TRACK_SOURCES) {
      this.#connection.addTransceiver(this.#tracks.get(source) ?? kindOf(source), {
        direction: 'sendrecv',
        sendEncodings: directEncodings(source),
      });
    }
    void this.#offer(false);
  }

  handleOffer(sdp: RTCSessionDescriptionInit): Promise<void> {
    return this.#queue.run(async () => {
      await this.#connection.setRemoteDescription(sdp);
      await this.#attach();
      await this.#drainCandidates();
      await this.#connection.setLocalDescription(await this.#connection.createAnswer());
      const local = this.#connection.localDescription!;
      this.#send({ type: 'answer', to: this.#peerId, connection: 'peer', sdp: { type: local.type, sdp: local.sdp } });
      this.#changed();
    });
  }

  handleAnswer(sdp: RTCSessionDescriptionInit): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#connection.signalingState !== 'have-local-offer') return; // an answer to an offer sent twice
      await this.#connection.setRemoteDescription(sdp);
      await this.#drainCandidates();
      this.#changed();
    });
  }

  handleCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#candidates) this.#candidates.push(candidate);
      else await this.#connection.addIceCandidate(candidate ?? undefined);
    });
  }

  signalingRestored(): void {
    // An offer that got no answer may have been lost with the old socket.
    if (this.#initiator && this.#connection.signalingState === 'have-local-offer') this.#sendOffer();
    this.#watch.hurry();
  }

  close(): void {
    this.#watch.stop();
    this.#connection.close();
  }

  #repair(attempt: number): void {
    if (this.#initiator) void this.#offer(true);
    // Two networks that do not reach each other: where the meeting allows it, the server takes over.
    if (attempt >= REPAIRS_BEFORE_REPORT) this.#send({ type: 'reconnect', connection: 'peer' });
  }

  #offer(iceRestart: boolean): Promise<void> {
    return this.#queue.run(async () => {
      await this.#connection.setLocalDescription(await this.#connection.createOffer({ iceRestart }));
      this.#sendOffer();
    });
  }

  #sendOffer(): void {
    const local = this.#connection.localDescription;
    if (local) this.#send({ type: 'offer', to: this.#peerId, connection: 'peer', sdp: { type: local.type, sdp: local.sdp } });
  }

  /** The answering side sends on the sections that the offer brought. */
  async #attach(): Promise<void> {
    for (const [index, transceiver] of this.#sections().entries()) {
      transceiver.direction = 'sendrecv';
      await transceiver.sender.replaceTrack(this.#tracks.get(TRACK_SOURCES[index]!) ?? null);
    }
  }

  async #drainCandidates(): Promise<void> {
    const waiting = this.#candidates ?? [];
    this.#candidates = null;
    for (const candidate of waiting) await this.#connection.addIceCandidate(candidate ?? undefined);
  }

  #sections(): RTCRtpTransceiver[] {
    return this.#connection.getTransceivers().slice(0, TRACK_SOURCES.length);
  }
}

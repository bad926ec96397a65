import type { Platform } from '../platform.js';
import { SFU, type SendMessage, type ServerMessage, type Topology, type TrackSource } from '../protocol/messages.js';
import { DownConnection } from './DownConnection.js';
import { PeerMesh } from './PeerMesh.js';
import type { Origin, RemoteMedia } from './RemoteMedia.js';
import { UpConnection } from './UpConnection.js';

export interface Peer {
  readonly peerId: string;
  /** True when this client was in the meeting before that peer. */
  readonly weWereFirst: boolean;
}

type NegotiationMessage = Extract<ServerMessage, { type: 'offer' | 'answer' | 'ice-candidate' }>;

const MOVE_POLL_MS = 250;
const MOVE_LIMIT_MS = 10_000;

/** The media of one stay in a meeting: through the SFU or directly, and the move from one to the other without a gap. */
export class MediaPlane {
  readonly #platform: Platform;
  readonly #send: SendMessage;
  readonly #iceServers: RTCIceServer[];
  readonly #remote: RemoteMedia;
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();
  readonly #peers = new Map<string, Peer>();
  #topology: Topology;
  #up: UpConnection | null = null;
  #down: DownConnection | null = null;
  #mesh: PeerMesh | null = null;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: Platform, send: SendMessage, iceServers: RTCIceServer[], topology: Topology, remote: RemoteMedia) {
    this.#platform = platform;
    this.#send = send;
    this.#iceServers = iceServers;
    this.#topology = topology;
    this.#remote = remote;
    this.#remote.prefer(originOf(topology));
  }

  /** The connections that carry media now, for their statistics. */
  get connections(): { sending: RTCPeerConnection[]; receiving: RTCPeerConnection[] } {
    const direct = this.#mesh?.connections ?? [];
    const up = this.#up ? [this.#up.connection] : [];
    const down = this.#down?.connection ? [this.#down.connection] : [];
    return { sending: [...up, ...direct], receiving: [...down, ...direct] };
  }

  /** Opens what the topology asks for. Tracks and peers known so far are included. */
  start(): void {
    if (this.#topology === 'sfu') this.#openSfu();
    else this.#openMesh();
  }

  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    this.#up?.setTrack(source, track);
    this.#mesh?.setTrack(source, track);
  }

  addPeer(peer: Peer): void {
    this.#peers.set(peer.peerId, peer);
    this.#mesh?.addPeer(peer.peerId, peer.weWereFirst);
  }

  removePeer(peerId: string): void {
    this.#peers.delete(peerId);
    this.#mesh?.removePeer(peerId);
  }

  setTopology(topology: Topology): void {
    if (topology === this.#topology) return;
    this.#topology = topology;
    if (topology === 'sfu') this.#openSfu();
    else this.#openMesh();
    this.#remote.prefer(originOf(topology));
    this.#finishMove(Date.now() + MOVE_LIMIT_MS);
  }

  handle(message: NegotiationMessage): void {
    if (message.from !== SFU) return this.#handlePeer(message);
    if (message.type === 'answer' && message.connection === 'up') this.#up?.handleAnswer(message.sdp);
    if (message.type === 'offer' && message.connection === 'down') {
      this.#down ??= this.#createDown();
      void this.#down.handleOffer({ sdp: message.sdp, tracks: message.tracks ?? [], fresh: message.fresh ?? false });
    }
  }

  /** The server could not use an offer of ours. */
  handleRefusal(reason: string): void {
    this.#up?.handleRefusal(reason);
  }

  /** Only these encodings of a source are of use to anybody. */
  setLayers(source: TrackSource, rids: readonly string[]): void {
    this.#up?.setLayers(source, rids);
  }

  /** What this client sends does not reach the server any more. */
  restart(): void {
    this.#up?.restart();
  }

  signalingRestored(): void {
    this.#up?.signalingRestored();
    this.#down?.signalingRestored();
    this.#mesh?.signalingRestored();
  }

  close(): void {
    clearTimeout(this.#moveTimer);
    this.#closeSfu();
    this.#closeMesh();
  }

  #handlePeer(message: NegotiationMessage): void {
    if (message.connection !== 'peer' || !this.#mesh) return;
    if (message.type === 'offer') this.#mesh.handleOffer(message.from, message.sdp);
    else if (message.type === 'answer') this.#mesh.handleAnswer(message.from, message.sdp);
    else this.#mesh.handleCandidate(message.from, message.candidate);
  }

  #openSfu(): void {
    if (this.#up) return;
    this.#up = new UpConnection(this.#platform, this.#send, this.#iceServers);
    for (const [source, track] of this.#tracks) this.#up.setTrack(source, track);
    this.#down ??= this.#createDown();
  }

  #createDown(): DownConnection {
    return new DownConnection(this.#platform, this.#send, this.#iceServers, (tracks) => this.#remote.setTracks('down', tracks));
  }

  #openMesh(): void {
    if (this.#mesh) return;
    this.#mesh = new PeerMesh(this.#platform, this.#send, this.#iceServers, (tracks) => this.#remote.setTracks('mesh', tracks));
    for (const [source, track] of this.#tracks) this.#mesh.setTrack(source, track);
    for (const { peerId, weWereFirst } of this.#peers.values()) this.#mesh.addPeer(peerId, weWereFirst);
  }

  /** Closes the way that is no longer used, once everything arrives by the new one. */
  #finishMove(deadline: number): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = setTimeout(() => {
      const arrived = this.#topology === 'sfu' ? this.#isUp() : (this.#mesh?.isConnected ?? true);
      if (!(arrived && this.#remote.isSettled) && Date.now() < deadline) return this.#finishMove(deadline);
      if (this.#topology === 'sfu') this.#closeMesh();
      else this.#closeSfu();
    }, MOVE_POLL_MS);
  }

  #isUp(): boolean {
    return this.#up?.connection.connectionState === 'connected' && this.#down?.connection?.connectionState === 'connected';
  }

  #closeSfu(): void {
    this.#up?.close();
    this.#down?.close();
    this.#up = this.#down = null;
  }

  #closeMesh(): void {
    this.#mesh?.close();
    this.#mesh = null;
  }
}

function originOf(topology: Topology): Origin {
  return topology === 'sfu' ? 'down' : 'mesh';
}

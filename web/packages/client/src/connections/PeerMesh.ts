import type { Platform } from '../platform.js';
import type { SendMessage, TrackSource } from '../protocol/messages.js';
import { PeerLink } from './PeerLink.js';
import type { RemoteTrack } from './RemoteMedia.js';

/** The direct connections of a small meeting, one per other participant. */
export class PeerMesh {
  readonly #platform: Platform;
  readonly #send: SendMessage;
  readonly #iceServers: RTCIceServer[];
  readonly #tracksChanged: (tracks: RemoteTrack[]) => void;
  readonly #links = new Map<string, PeerLink>();
  readonly #tracks = new Map<TrackSource, MediaStreamTrack>();

  constructor(platform: Platform, send: SendMessage, iceServers: RTCIceServer[], tracksChanged: (tracks: RemoteTrack[]) => void) {
    this.#platform = platform;
    this.#send = send;
    this.#iceServers = iceServers;
    this.#tracksChanged = tracksChanged;
  }

  get connections(): RTCPeerConnection[] {
    return [...this.#links.values()].map((link) => link.connection);
  }

  get isConnected(): boolean {
    return [...this.#links.values()].every((link) => link.isConnected);
  }

  setTrack(source: TrackSource, track: MediaStreamTrack | null): void {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    for (const link of this.#links.values()) link.setTrack(source, track);
  }

  /** Whoever was there first offers; the other waits for the offer. */
  addPeer(peerId: string, weWereFirst: boolean): void {
    if (this.#links.has(peerId)) return;
    const link = new PeerLink(this.#platform, this.#send, this.#iceServers, peerId, weWereFirst, () => this.#publish());
    this.#links.set(peerId, link);
    for (const [source, track] of this.#tracks) link.setTrack(source, track);
    if (weWereFirst) link.start();
  }

  removePeer(peerId: string): void {
    this.#links.get(peerId)?.close();
    if (this.#links.delete(peerId)) this.#publish();
  }

  handleOffer(peerId: string, sdp: RTCSessionDescriptionInit): void {
    void this.#links.get(peerId)?.handleOffer(sdp).catch(() => undefined);
  }

  handleAnswer(peerId: string, sdp: RTCSessionDescriptionInit): void {
    void this.#links.get(peerId)?.handleAnswer(sdp).catch(() => undefined);
  }

  handleCandidate(peerId: string, candidate: RTCIceCandidateInit | null): void {
    void this.#links.get(peerId)?.handleCandidate(candidate).catch(() => undefined);
  }

  signalingRestored(): void {
    for (const link of this.#links.values()) link.signalingRestored();
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    this.#publish();
  }

  #publish(): void {
    this.#tracksChanged([...this.#links.values()].flatMap((link) => link.remoteTracks));
  }
}

import type { Platform } from '../platform.js';
import { SFU, type ClientMessage, type DownTrack, type SendMessage } from '../protocol/messages.js';
import { TaskQueue } from '../util/TaskQueue.js';
import { ConnectionWatch } from './ConnectionWatch.js';
import type { RemoteTrack } from './RemoteMedia.js';

export interface DownOffer {
  sdp: RTCSessionDescriptionInit;
  tracks: DownTrack[];
  fresh: boolean;
}

/** Everything this client receives from the SFU: one connection, which the server alone offers. */
export class DownConnection {
  readonly #platform: Platform;
  readonly #send: SendMessage;
  readonly #iceServers: RTCIceServer[];
  readonly #tracksChanged: (tracks: RemoteTrack[]) => void;
  readonly #queue = new TaskQueue();
  #connection: RTCPeerConnection | null = null;
  #watch: ConnectionWatch | null = null;
  #unsent: ClientMessage | null = null;
  #closed = false;

  constructor(platform: Platform, send: SendMessage, iceServers: RTCIceServer[], tracksChanged: (tracks: RemoteTrack[]) => void) {
    this.#platform = platform;
    this.#send = send;
    this.#iceServers = iceServers;
    this.#tracksChanged = tracksChanged;
  }

  get connection(): RTCPeerConnection | null {
    return this.#connection;
  }

  handleOffer(offer: DownOffer): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#closed) return;
      if (offer.fresh || !this.#connection) this.#create();
      const connection = this.#connection!;
      try {
        await this.#answer(connection, offer);
      } catch {
        if (!this.#closed && connection === this.#connection) this.requestFresh();
      }
    });
  }

  /** Asks the server for a new connection in place of this one. */
  requestFresh(): void {
    this.#send({ type: 'reconnect', connection: 'down' });
  }

  signalingRestored(): void {
    if (this.#unsent && this.#send(this.#unsent)) this.#unsent = null;
    this.#watch?.hurry();
  }

  close(): void {
    this.#closed = true;
    this.#watch?.stop();
    this.#connection?.close();
    this.#tracksChanged([]);
  }

  async #answer(connection: RTCPeerConnection, offer: DownOffer): Promise<void> {
    await connection.setRemoteDescription(offer.sdp);
    await connection.setLocalDescription(await connection.createAnswer());
    if (this.#closed) return;
    const { type, sdp } = connection.localDescription!;
    const answer: ClientMessage = { type: 'answer', to: SFU, connection: 'down', sdp: { type, sdp } };
    this.#unsent = this.#send(answer) ? null : answer;
    this.#tracksChanged(assign(connection, offer.tracks));
  }

  #create(): void {
    this.#watch?.stop();
    this.#connection?.close();
    this.#connection = this.#platform.createPeerConnection({ iceServers: this.#iceServers, bundlePolicy: 'max-bundle' });
    this.#watch = new ConnectionWatch(this.#connection, () => this.requestFresh());
  }
}

/** Sections are reused for other tracks as people come and go, so each offer says anew which is whose. */
function assign(connection: RTCPeerConnection, tracks: DownTrack[]): RemoteTrack[] {
  const receivers = new Map(connection.getTransceivers().map(({ mid, receiver }) => [mid, receiver]));
  return tracks.flatMap(({ mid, peerId, source }) => {
    const receiver = receivers.get(mid);
    return receiver ? [{ peerId, source, receiver }] : [];
  });
}

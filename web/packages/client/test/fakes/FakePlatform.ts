import type { Platform } from '../../src/platform.js';
import { FakePeerConnection, FakeTrack } from './FakePeerConnection.js';
import { FakeSocket } from './FakeSocket.js';

/** Everything the client would ask of a browser, in the hands of the test. */
export class FakePlatform implements Platform {
  readonly sockets: FakeSocket[] = [];
  readonly connections: FakePeerConnection[] = [];
  readonly onlineListeners = new Set<() => void>();
  readonly tracks: FakeTrack[] = [];
  /** What GET …/public answers; null: unreachable. */
  publicMeeting: { status: number; body: unknown } | null = {
    status: 200,
    body: { state: 'open', participantCount: 1, maxParticipants: 50 },
  };
  getUserMedia = async (constraints: MediaStreamConstraints): Promise<MediaStream> => this.stream(constraints.video ? 'video' : 'audio');
  getDisplayMedia = async (): Promise<MediaStream> => this.stream('video', 'audio');

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  get mediaDevices(): MediaDevices {
    return {
      getUserMedia: (constraints: MediaStreamConstraints) => this.getUserMedia(constraints),
      getDisplayMedia: () => this.getDisplayMedia(),
    } as unknown as MediaDevices;
  }

  createSocket(url: string, protocol: string): FakeSocket {
    const socket = new FakeSocket(url, protocol);
    this.sockets.push(socket);
    return socket;
  }

  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = new FakePeerConnection(configuration);
    this.connections.push(connection);
    return connection as unknown as RTCPeerConnection;
  }

  createStream(tracks: MediaStreamTrack[]): MediaStream {
    return { getTracks: () => tracks } as unknown as MediaStream;
  }

  async fetch(): Promise<Response> {
    if (!this.publicMeeting) throw new TypeError('failed to fetch');
    return new Response(JSON.stringify(this.publicMeeting.body), { status: this.publicMeeting.status });
  }

  isOnline(): boolean {
    return true;
  }

  onOnline(listener: () => void): () => void {
    this.onlineListeners.add(listener);
    return () => this.onlineListeners.delete(listener);
  }

  goOnline(): void {
    for (const listener of [...this.onlineListeners]) listener();
  }

  stream(...kinds: string[]): MediaStream {
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    this.tracks.push(...tracks);
    return {
      getAudioTracks: () => tracks.filter((track) => track.kind === 'audio'),
      getVideoTracks: () => tracks.filter((track) => track.kind === 'video'),
    } as unknown as MediaStream;
  }
}

/** Lets all promises that are ready run; no time passes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

/** The part of a WebSocket that this client uses. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

/** What the client needs from the browser; tests bring their own. */
export interface Platform {
  createSocket(url: string, protocol: string): SocketLike;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  createStream(tracks: MediaStreamTrack[]): MediaStream;
  readonly mediaDevices: MediaDevices | undefined;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  isOnline(): boolean;
  /** Calls back when the network returns; returns the function that ends it. */
  onOnline(listener: () => void): () => void;
}

export const browserPlatform: Platform = {
  createSocket: (url, protocol) => new WebSocket(url, protocol),
  createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
  createStream: (tracks) => new MediaStream(tracks),
  get mediaDevices() {
    // Undefined in insecure contexts, whatever the type says.
    return globalThis.navigator?.mediaDevices as MediaDevices | undefined;
  },
  fetch: (url, init) => globalThis.fetch(url, init),
  isOnline: () => globalThis.navigator?.onLine ?? true,
  onOnline: (listener) => {
    globalThis.addEventListener?.('online', listener);
    return () => globalThis.removeEventListener?.('online', listener);
  },
};

const DISCONNECTED_PATIENCE_MS = 4_000;
const FIRST_CONNECT_PATIENCE_MS = 12_000;
const BETWEEN_REPAIRS_MS = 6_000;

/** Watches one RTCPeerConnection and asks for a repair, again and again, for as long as it is not connected. */
export class ConnectionWatch {
  readonly #connection: RTCPeerConnection;
  readonly #repair: (attempt: number) => void;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: RTCPeerConnection, repair: (attempt: number) => void) {
    this.#connection = connection;
    this.#repair = repair;
    connection.addEventListener('connectionstatechange', this.#changed);
    this.#wait(FIRST_CONNECT_PATIENCE_MS);
  }

  /** The network just came back: if the connection is down, do not wait for its timers. */
  hurry(): void {
    const { connectionState } = this.#connection;
    if (connectionState === 'disconnected' || connectionState === 'failed') this.#wait(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#connection.removeEventListener('connectionstatechange', this.#changed);
  }

  readonly #changed = (): void => {
    switch (this.#connection.connectionState) {
      case 'connected':
        this.#attempt = 0;
        clearTimeout(this.#timer);
        break;
      case 'disconnected': // often heals by itself
        this.#wait(DISCONNECTED_PATIENCE_MS);
        break;
      case 'failed':
        this.#wait(this.#attempt === 0 ? 0 : BETWEEN_REPAIRS_MS);
        break;
      default:
    }
  };

  #wait(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#connection.connectionState === 'connected') return;
      // Nothing can connect before both sides have spoken; that is the negotiation's business.
      if (!this.#connection.remoteDescription) return this.#wait(FIRST_CONNECT_PATIENCE_MS);
      this.#repair(++this.#attempt);
      this.#wait(BETWEEN_REPAIRS_MS);
    }, delay);
  }
}

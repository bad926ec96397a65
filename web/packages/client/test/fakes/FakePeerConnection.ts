let nextId = 0;

export class FakeTrack extends EventTarget {
  readonly id = `track-${nextId++}`;
  readonly kind: string;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';

  constructor(kind: string) {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: `device-of-${this.id}` };
  }

  /** The browser ends it: unplugged, or "Stop sharing". */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export class FakeReceiver {
  readonly track: FakeTrack;
  flowing = false;

  constructor(kind: string) {
    this.track = new FakeTrack(kind);
  }

  getSynchronizationSources(): object[] {
    return this.flowing ? [{}] : [];
  }
}

export class FakeTransceiver {
  mid: string | null = null;
  direction: string;
  readonly receiver: FakeReceiver;
  readonly sender: { track: FakeTrack | null; encodings: unknown; replaceTrack(track: FakeTrack | null): Promise<void> };

  constructor(kind: string, track: FakeTrack | null, direction: string, encodings: unknown) {
    this.direction = direction;
    this.receiver = new FakeReceiver(kind);
    this.sender = {
      track,
      encodings,
      async replaceTrack(next) {
        this.track = next;
      },
    };
  }
}

/** As much of JSEP as the client's logic leans on: signaling state, mids given at the first local offer, sections from an offer's kinds. */
export class FakePeerConnection extends EventTarget {
  signalingState = 'stable';
  connectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  readonly configuration: RTCConfiguration;
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: unknown[] = [];
  iceRestarts = 0;
  #offers = 0;

  constructor(configuration: RTCConfiguration = {}) {
    super();
    this.configuration = configuration;
  }

  addTransceiver(what: FakeTrack | string, init: { direction: string; sendEncodings?: unknown }): FakeTransceiver {
    const track = typeof what === 'string' ? null : what;
    const transceiver = new FakeTransceiver(typeof what === 'string' ? what : what.kind, track, init.direction, init.sendEncodings);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  async createOffer(options?: { iceRestart?: boolean }): Promise<{ type: string; sdp: string }> {
    if (options?.iceRestart) this.iceRestarts++;
    return { type: 'offer', sdp: `offer ${++this.#offers}: ${this.transceivers.map((t) => t.receiver.track.kind).join(' ')}` };
  }

  async createAnswer(): Promise<{ type: string; sdp: string }> {
    if (this.signalingState !== 'have-remote-offer') throw new Error(`createAnswer in ${this.signalingState}`);
    return { type: 'answer', sdp: 'answer' };
  }

  async setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    this.localDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
    this.transceivers.forEach((transceiver, index) => (transceiver.mid ??= String(index)));
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    if (this.connectionState === 'closed') throw new Error('closed');
    if (description.sdp === 'garbage') throw new Error('bad sdp');
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error(`answer in ${this.signalingState}`);
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    if (description.type !== 'offer') return;
    const kinds = description.sdp.split(': ')[1]?.split(' ').filter(Boolean) ?? [];
    kinds.slice(this.transceivers.length).forEach((kind) => this.addTransceiver(kind, { direction: 'recvonly' }));
    this.transceivers.forEach((transceiver, index) => (transceiver.mid ??= String(index)));
  }

  async addIceCandidate(candidate: unknown): Promise<void> {
    if (!this.remoteDescription) throw new Error('candidate before description');
    this.candidates.push(candidate);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map();
  }

  close(): void {
    this.connectionState = 'closed';
  }

  become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

import { Store, type ReadableStore } from '../util/Store.js';
import type { QualityLevel } from '../protocol/messages.js';
import { rateQuality, worse, type QualitySample } from './quality.js';

export interface MonitoredConnections {
  sending: RTCPeerConnection[];
  receiving: RTCPeerConnection[];
}

interface Counters {
  received: number;
  lost: number;
  sent: number;
  lostSent: number;
}

const NOTHING: Counters = { received: 0, lost: 0, sent: 0, lostSent: 0 };

const PERIOD_MS = 3_000;
/** A level must be seen this often in a row before it is shown, so that a single bad second does not flicker. */
const STEADY_SAMPLES = 2;

/** This client's own connection quality: from getStats of the connections in use, and from what the server tells of it. */
export class QualityMonitor {
  readonly #connections: () => MonitoredConnections;
  readonly #level = new Store<QualityLevel>('excellent');
  #before: Counters = NOTHING;
  #candidate: QualityLevel = 'excellent';
  #measured: QualityLevel = 'excellent';
  #told: QualityLevel = 'excellent';
  #seen = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(connections: () => MonitoredConnections) {
    this.#connections = connections;
  }

  get level(): ReadableStore<QualityLevel> {
    return this.#level;
  }

  /** What the server says about this client's line. */
  tell(level: QualityLevel): void {
    this.#told = level;
    this.#level.set(worse(this.#measured, this.#told));
  }

  start(): void {
    this.stop();
    this.#timer = setInterval(() => void this.#look(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { sending, receiving } = this.#connections();
    const all = [...new Set([...sending, ...receiving])];
    if (all.length === 0) return;
    const reports = await Promise.all(all.map((connection) => connection.getStats().catch(() => null)));
    this.#rate(this.#sample(reports, all.every(isUsable)));
  }

  #sample(reports: (RTCStatsReport | null)[], connected: boolean): QualitySample {
    const now: Counters = { ...NOTHING };
    let roundTripTime = 0;
    let jitter = 0;
    for (const stats of reports.flatMap((report) => (report ? [...report.values()] : []))) {
      switch (stats.type) {
        case 'outbound-rtp':
          now.sent += stats.packetsSent ?? 0;
          break;
        case 'remote-inbound-rtp':
          // Not fractionLost: an SFU lets that of a voice follow the losses of others, to have it encoded for them.
          now.lostSent += Math.max(0, stats.packetsLost ?? 0);
          break;
        case 'candidate-pair':
          if (stats.nominated && stats.state === 'succeeded') roundTripTime = Math.max(roundTripTime, stats.currentRoundTripTime ?? 0);
          break;
        case 'inbound-rtp':
          now.received += stats.packetsReceived ?? 0;
          now.lost += stats.packetsLost ?? 0;
          if (stats.kind === 'audio') jitter = Math.max(jitter, stats.jitter ?? 0);
          break;
        default:
      }
    }
    // Counters go back when a connection is replaced: that period tells nothing.
    const since = (key: keyof Counters): number => Math.max(0, now[key] - this.#before[key]);
    const lossSent = share(since('lostSent'), since('sent'));
    const lossReceived = share(since('lost'), since('received') + since('lost'));
    this.#before = now;
    return { lossSent, lossReceived, roundTripTime, jitter, connected };
  }

  #rate(sample: QualitySample): void {
    const level = rateQuality(sample);
    this.#seen = level === this.#candidate ? this.#seen + 1 : 1;
    this.#candidate = level;
    if (this.#seen < STEADY_SAMPLES) return;
    this.#measured = level;
    this.#level.set(worse(this.#measured, this.#told));
  }
}

/** Of a few packets none can be told to be typical. */
function share(lost: number, all: number): number {
  return all > 50 ? Math.min(1, lost / all) : 0;
}

function isUsable({ connectionState }: RTCPeerConnection): boolean {
  return connectionState !== 'disconnected' && connectionState !== 'failed';
}

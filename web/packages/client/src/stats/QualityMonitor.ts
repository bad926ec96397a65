import { Store, type ReadableStore } from '../util/Store.js';
import { rateQuality, type QualityLevel, type QualitySample } from './quality.js';

export interface MonitoredConnections {
  sending: RTCPeerConnection[];
  receiving: RTCPeerConnection[];
}

interface Counters {
  received: number;
  lost: number;
}

const PERIOD_MS = 3_000;
/** A level must be seen this often in a row before it is shown, so that a single bad second does not flicker. */
const STEADY_SAMPLES = 2;

/** This client's own connection quality, from getStats of the connections in use. */
export class QualityMonitor {
  readonly #connections: () => MonitoredConnections;
  readonly #level = new Store<QualityLevel>('excellent');
  #before: Counters = { received: 0, lost: 0 };
  #candidate: QualityLevel = 'excellent';
  #seen = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(connections: () => MonitoredConnections) {
    this.#connections = connections;
  }

  get level(): ReadableStore<QualityLevel> {
    return this.#level;
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
    const now: Counters = { received: 0, lost: 0 };
    let lossSent = 0;
    let roundTripTime = 0;
    let jitter = 0;
    for (const stats of reports.flatMap((report) => (report ? [...report.values()] : []))) {
      switch (stats.type) {
        case 'remote-inbound-rtp':
          lossSent = Math.max(lossSent, stats.fractionLost ?? 0);
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
    const received = Math.max(0, now.received - this.#before.received);
    const lost = Math.max(0, now.lost - this.#before.lost);
    this.#before = now;
    return { lossSent, lossReceived: received + lost > 50 ? lost / (received + lost) : 0, roundTripTime, jitter, connected };
  }

  #rate(sample: QualitySample): void {
    const level = rateQuality(sample);
    this.#seen = level === this.#candidate ? this.#seen + 1 : 1;
    this.#candidate = level;
    if (this.#seen >= STEADY_SAMPLES) this.#level.set(level);
  }
}

function isUsable({ connectionState }: RTCPeerConnection): boolean {
  return connectionState !== 'disconnected' && connectionState !== 'failed';
}

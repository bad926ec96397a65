import { QUALITY_LEVELS, type QualityLevel } from '../protocol/messages.js';

/** What one look at the statistics shows; fractions from 0 to 1, times in seconds. */
export interface QualitySample {
  readonly lossSent: number;
  readonly lossReceived: number;
  readonly roundTripTime: number;
  readonly jitter: number;
  readonly connected: boolean;
}

/** How it feels: the worst of the parts decides. Speech suffers audibly from about 5 % loss or 300 ms round trip. */
export function rateQuality(sample: QualitySample): QualityLevel {
  if (!sample.connected) return 'lost';
  const loss = Math.max(sample.lossSent, sample.lossReceived);
  if (loss > 0.08 || sample.roundTripTime > 0.5 || sample.jitter > 0.1) return 'poor';
  if (loss > 0.02 || sample.roundTripTime > 0.25 || sample.jitter > 0.04) return 'good';
  return 'excellent';
}

export function worse(one: QualityLevel, other: QualityLevel): QualityLevel {
  return QUALITY_LEVELS.indexOf(one) > QUALITY_LEVELS.indexOf(other) ? one : other;
}

import type { TrackSource } from '../protocol/messages.js';

// Lowest layer first: the order in which Chromium gives layers up when bandwidth or picture size runs short.
const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];

/** How a source is encoded on the uplink to the SFU. */
export function uplinkEncodings(source: TrackSource): RTCRtpEncodingParameters[] {
  switch (source) {
    case 'camera':
      return CAMERA_LAYERS.map((layer) => ({ ...layer }));
    case 'screen':
      return [{ maxBitrate: 2_500_000, maxFramerate: 30 }];
    case 'screen-audio':
      return [{ maxBitrate: 96_000 }];
    case 'microphone':
      return [{ maxBitrate: 40_000 }];
  }
}

/** The same between two browsers: one layer, since there is nobody else to choose. */
export function directEncodings(source: TrackSource): RTCRtpEncodingParameters[] {
  return source === 'camera' ? [{ maxBitrate: 1_700_000 }] : uplinkEncodings(source);
}

export function kindOf(source: TrackSource): 'audio' | 'video' {
  return source === 'camera' || source === 'screen' ? 'video' : 'audio';
}

// What the matrix plays: who publishes to whom, and through which stretches of a line.

export const camera = { width: 1280, height: 720, frameRate: 15 };

/** What lines do where nothing else is said, each way: 50 ms of round trip, 4 Mbit/s with a queue of 200 ms. */
export const good = { delay: 25, rate: 4_000_000, loss: 0, burst: 1, jitter: 0, reorder: 0 };

// `down` towards the receivers, `up` from the publisher, `both` in both directions of the receivers' lines.
export const stretches = {
  clean: { seconds: 10 },
  loss5: { seconds: 20, down: { loss: 0.05 } },
  bursts5: { seconds: 20, down: { loss: 0.05, burst: 5 } },
  loss15: { seconds: 20, down: { loss: 0.15 } },
  far: { seconds: 8, both: { delay: 150 } },
  far5: { seconds: 25, down: { loss: 0.05 }, both: { delay: 150 } },
  jitter: { seconds: 12, both: { jitter: 25 } },
  reorder: { seconds: 12, both: { reorder: 0.05 } },
  between: { seconds: 6 },
  dip: { seconds: 15, down: { rate: 500_000 } },
  back: { seconds: 16 },
  steady1: { seconds: 16, down: { rate: 1_000_000 } },
  uploss5: { seconds: 15, up: { loss: 0.05 } },
  uploss15: { seconds: 15, up: { loss: 0.15 } },
  rest: { seconds: 6 },
  updip: { seconds: 15, up: { rate: 500_000 } },
};

/** Relays know delay, loss and rate only. */
export const needsNamespaces = ({ down, up, both }) => [down, up, both].some(way => way && ('burst' in way || 'jitter' in way || 'reorder' in way));

const brief = ['clean', 'loss5', 'loss15', 'between', 'dip', 'back', 'uploss5', 'uploss15'];
const browsers = ['chromium', 'firefox'];

export const rows = {
  'chromium-vp8-simulcast': { title: 'Chromium, VP8 simulcast', kind: 'chromium', codec: 'VP8', mode: 'simulcast', receivers: [...browsers, 'gstreamer'], plays: Object.keys(stretches) },
  'chromium-h264-simulcast': { title: 'Chromium, H.264 simulcast', kind: 'chromium', codec: 'H264', mode: 'simulcast', receivers: ['chromium'], plays: brief }, // Firefox's H.264 is a download
  'chromium-vp9-svc': { title: 'Chromium, VP9 with spatial layers', kind: 'chromium', codec: 'VP9', mode: 'svc', receivers: browsers, plays: brief },
  'chromium-av1-svc': { title: 'Chromium, AV1 with spatial layers', kind: 'chromium', codec: 'AV1', mode: 'svc', receivers: browsers, plays: brief },
  'chromium-av1-plain': { title: 'Chromium, plain AV1', kind: 'chromium', codec: 'AV1', mode: 'plain', receivers: browsers, plays: brief },
  'chromium-tutorial': { title: 'the tutorial’s client, Chromium, VP8', kind: 'chromium', page: 'seed-client', receivers: [...browsers, 'gstreamer'], plays: brief },
  'firefox-vp8-simulcast': { title: 'Firefox, VP8 simulcast', kind: 'firefox', codec: 'VP8', mode: 'simulcast', receivers: browsers, plays: brief },
  'firefox-vp9-plain': { title: 'Firefox, plain VP9', kind: 'firefox', codec: 'VP9', mode: 'plain', receivers: browsers, plays: brief },
  'firefox-av1-plain': { title: 'Firefox, plain AV1', kind: 'firefox', codec: 'AV1', mode: 'plain', receivers: browsers, plays: brief },
  'gstreamer-vp8-plain': { title: 'GStreamer, plain VP8, 180p at 10/s', kind: 'gstreamer', receivers: browsers, plays: brief, height: 180 },
};

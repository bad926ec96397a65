// What a stretch of time looked and sounded like to one receiver, from two looks at its statistics.

export class Watcher {
  constructor(name, page) {
    Object.assign(this, { name, page });
  }

  /** Everything since the last call. */
  async look() {
    const after = await this.page.evaluate(() => window.client.measure());
    const before = this.before ?? after;
    this.before = after;
    return summarize(before, after);
  }
}

/** GStreamer's webrtcbin, which tells less: pictures, the longest gap between them, seconds of sound. */
export class GStreamerWatcher {
  constructor(participant, publisherId) {
    Object.assign(this, { participant, publisherId });
  }

  async look() {
    const now = performance.now();
    const { peers } = await this.participant.statistics();
    const received = peers[this.publisherId]?.received ?? { frames: 0, sound: 0, height: 0, longestGap: 0 };
    const { frames, sound, at } = this.before ?? { ...received, at: now };
    this.before = { ...received, at: now };
    const seconds = Math.max((now - at) / 1000, 0.001);
    return {
      seconds,
      fps: (received.frames - frames) / seconds,
      longestGap: Math.round(received.longestGap * 1000),
      height: received.height,
      lastHeight: received.height,
      concealed: Math.max(0, 1 - (received.sound - sound) / seconds),
      bits: NaN,
      begin: now,
      pictures: [],
    };
  }
}

export function summarize(before, after) {
  // Streams come and go when the publisher connects anew: each counts from its own beginning.
  const since = (kind, counter) => after.streams.filter(stream => stream.kind === kind).reduce((sum, stream) => {
    const earlier = before.streams.find(({ id, ssrc }) => id === stream.id && ssrc === stream.ssrc);
    return sum + (stream[counter] ?? 0) - (earlier?.[counter] ?? 0);
  }, 0);
  const seconds = (after.now - before.now) / 1000;
  const times = [before.now, ...after.pictures.map(([at]) => at), after.now];
  const gaps = times.slice(1).map((at, i) => at - times[i]);
  const heights = after.pictures.map(([, height]) => height);
  return {
    seconds,
    fps: since('video', 'framesDecoded') / seconds,
    longestGap: Math.round(Math.max(...gaps)),
    freezes: since('video', 'freezeCount'),
    frozen: since('video', 'totalFreezesDuration'),
    height: middle(heights),
    lastHeight: heights.at(-1) ?? 0,
    lost: since('audio', 'packetsLost') + since('video', 'packetsLost'),
    keyFrames: since('video', 'keyFramesDecoded'),
    asked: since('video', 'pliCount') + since('video', 'firCount'),
    recovered: since('video', 'fecPacketsReceived') - since('video', 'fecPacketsDiscarded'),
    concealed: since('audio', 'concealedSamples') / Math.max(1, since('audio', 'totalSamplesReceived')),
    bits: (since('video', 'bytesReceived') + since('audio', 'bytesReceived')) * 8 / seconds,
    begin: before.now,
    pictures: after.pictures,
  };
}

/** Seconds until the picture has that many rows, from the beginning of the stretch; null if it never had. */
export function timeToHeight({ begin, pictures }, rows) {
  const found = pictures.find(([, height]) => height >= rows);
  return found ? (found[0] - begin) / 1000 : null;
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

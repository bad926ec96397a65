// Looks into a recording with ffmpeg: sizes, single pixels, tones, flashes and beeps.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const [width, height] = [1280, 720];

async function ffmpeg(...options) {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', ...options], { encoding: 'buffer', maxBuffer: 1 << 30 });
  return stdout;
}

export async function probe(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-show_chapters', '-of', 'json', file]);
  return JSON.parse(stdout);
}

/** One word for the colour at each place of the picture at a moment. */
export async function coloursAt(file, seconds, places) {
  const picture = await ffmpeg('-ss', String(seconds), '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1');
  return places.map(([x, y]) => {
    const [r, g, b] = picture.subarray((y * width + x) * 3);
    if (r > 150 && g > 150 && b > 150) return 'white';
    if (r > 110 && g < 110 && b < 110) return 'red';
    if (b > 110 && r < 110 && g < 130) return 'blue';
    if (g > 90 && r < 110 && b < 110) return 'green';
    return r + g + b < 60 ? 'black' : 'dark';
  });
}

export async function samplesOf(file) {
  const bytes = await ffmpeg('-i', file, '-vn', '-ac', '1', '-ar', '48000', '-f', 's16le', 'pipe:1');
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

/** Power of a tone in a piece of sound (Goertzel). */
export function power(samples, from, until, frequency) {
  const coefficient = 2 * Math.cos(2 * Math.PI * frequency / 48_000);
  let [one, two] = [0, 0];
  const [first, last] = [Math.round(from * 48_000), Math.round(until * 48_000)];
  for (let i = first; i < last; i++) [one, two] = [(samples[i] ?? 0) + coefficient * one - two, one];
  return (one * one + two * two - coefficient * one * two) / (last - first);
}

/** Moments at which a tile begins to flash. */
export async function flashes(file, [x, y]) {
  const size = 16;
  const bytes = await ffmpeg('-i', file, '-vf', `crop=${size}:${size}:${x}:${y}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1');
  const found = [];
  let was = false;
  for (let frame = 0; (frame + 1) * size * size * 3 <= bytes.length; frame++) {
    const at = frame * size * size * 3;
    const is = Math.min(bytes[at], bytes[at + 1], bytes[at + 2]) > 180;
    if (is && !was) found.push(frame / 30);
    was = is;
  }
  return found;
}

/** Moments at which a tone becomes much louder than it was. */
export function beeps(samples, frequency) {
  const found = [];
  const step = 0.005;
  const levels = [];
  for (let at = 0; (at + step) * 48_000 < samples.length; at += step) levels.push(power(samples, at, at + step, frequency));
  const usual = levels.filter(level => level > 0).sort((a, b) => a - b)[Math.floor(levels.length / 2)] || 1;
  let last = -1;
  levels.forEach((level, i) => {
    if (level < usual * 8) return;
    if (i * step - last > 1) found.push(i * step);
    last = i * step;
  });
  return found;
}

export const centreOf = { whole: [640, 300], left: [320, 360], right: [960, 360] };

// Real browsers over bad lines, one publisher after the other, each watched by Chromium and Firefox. Writes
// artifacts/quality/browsers.json and prints a table.
//
// usage: node tests/e2e/quality/matrix.js [run [name…] | table]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../lib/chromium.js';
import { launchFirefox, missingFirefox } from '../lib/firefox.js';
import { GStreamerParticipant, missingGStreamer } from '../lib/gstreamer.js';
import { Line, putBehindLine } from '../lib/line.js';
import { servePages } from '../lib/pages.js';
import { Participant } from '../lib/participant.js';
import { freePort, Server } from '../lib/server.js';
import { until } from '../lib/wait.js';
import { GStreamerWatcher, timeToHeight, Watcher } from './measure.js';
import { table } from './table.js';

const folder = fileURLToPath(new URL('../../../artifacts/quality/', import.meta.url));
const camera = { width: 1280, height: 720, frameRate: 15 };

const publishers = {
  'chromium-vp8-simulcast': { browser: 'chromium', codec: 'VP8', mode: 'simulcast' },
  'chromium-h264-simulcast': { browser: 'chromium', codec: 'H264', mode: 'simulcast' },
  'chromium-vp9-svc': { browser: 'chromium', codec: 'VP9', mode: 'svc' },
  'chromium-av1-svc': { browser: 'chromium', codec: 'AV1', mode: 'svc' },
  'chromium-av1-plain': { browser: 'chromium', codec: 'AV1', mode: 'plain' },
  'chromium-tutorial': { browser: 'chromium', page: 'seed-client' },
  'firefox-vp8-simulcast': { browser: 'firefox', codec: 'VP8', mode: 'simulcast' },
  'firefox-vp9-plain': { browser: 'firefox', codec: 'VP9', mode: 'plain' },
  'firefox-av1-plain': { browser: 'firefox', codec: 'AV1', mode: 'plain' },
  'gstreamer-vp8-plain': { browser: 'gstreamer' },
  'chromium-tutorial-to-gstreamer': { browser: 'chromium', page: 'seed-client', receivers: ['gstreamer'] },
};

// What the receivers' lines do down, and the publisher's up. All have 25 ms each way and 4 Mbit/s where nothing else is said.
const stretches = [
  { name: 'clean', seconds: 10 },
  { name: 'loss5', seconds: 20, down: { loss: 0.05 } },
  { name: 'loss15', seconds: 20, down: { loss: 0.15 } },
  { name: 'between', seconds: 8 },
  { name: 'dip', seconds: 15, down: { rate: 500_000 } },
  { name: 'back', seconds: 20 },
  { name: 'uploss5', seconds: 15, up: { loss: 0.05 } },
  { name: 'uploss15', seconds: 15, up: { loss: 0.15 } },
];

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function run(name) {
  const { browser, page = 'quality-client', receivers: kinds = ['chromium', 'firefox'], ...how } = publishers[name];
  const resources = [];
  const kept = resource => (resources.unshift(resource), resource);
  try {
    const mediaPort = await freePort();
    const server = kept(await Server.start({ environment: { Tertulia__Media__UdpPort: String(mediaPort) } }));
    const pages = { 'quality-client': null, [page]: null };
    for (const folder of Object.keys(pages)) pages[folder] = kept(await servePages('127.0.0.1', folder));
    const browsers = { chromium: kept(await launchChromium({ flags: ['--use-fake-device-for-media-stream=device-count=1,fps=15'] })) };
    if (!missingFirefox() && (browser === 'firefox' || kinds.includes('firefox'))) browsers.firefox = kept(await launchFirefox());
    const open = async (kind, folder = 'quality-client') => {
      const person = kept(await Participant.open(browsers[kind], pages[folder], server, kind));
      return { person, line: kept(await putBehindLine(person, { delay: 25 })) };
    };

    const { meetingId, line: uplink, id: publisherId } = browser === 'gstreamer' ? await publishByGStreamer(server, mediaPort, kept) : await publish(await open(browser, page), how);
    const receivers = [];
    for (const kind of kinds) {
      if (kind === 'gstreamer') receivers.push(await watchByGStreamer(server, mediaPort, meetingId, publisherId, kept));
      if (!browsers[kind]) continue;
      if (how.codec === 'H264' && kind === 'firefox') continue; // Firefox's H.264 is a download
      const { person, line } = await open(kind);
      await person.page.evaluate(id => window.client.enter(id), meetingId);
      receivers.push({ kind, line, watcher: new Watcher(kind, person.page) });
    }
    return await measure(receivers, uplink);
  } finally {
    for (const resource of resources) await (resource.stop?.() ?? resource.close());
  }
}

async function publish({ person, line }, how) {
  const meetingId = how.codec
    ? await person.page.evaluate(publish => window.client.enter(undefined, publish), { ...camera, ...how })
    : await person.enter(undefined, { video: camera });
  const { peerId } = await person.message('welcome');
  return { meetingId, line, id: peerId };
}

async function publishByGStreamer(server, mediaPort, kept) {
  const line = kept(new Line({ delay: 25 }));
  const participant = kept(new GStreamerParticipant(server, 'GStreamer', { line: `${line.host}:${await line.open(mediaPort)}` }));
  return { meetingId: await participant.enter(), line };
}

async function watchByGStreamer(server, mediaPort, meetingId, publisherId, kept) {
  const line = kept(new Line({ delay: 25 }));
  const participant = kept(new GStreamerParticipant(server, 'GStreamer', { line: `${line.host}:${await line.open(mediaPort)}` }));
  await participant.enter(meetingId);
  return { kind: 'gstreamer', line, watcher: new GStreamerWatcher(participant, publisherId) };
}

async function measure(receivers, uplink) {
  const results = Object.fromEntries(receivers.map(({ kind }) => [kind, {}]));
  const lines = [uplink, ...receivers.map(({ line }) => line)];
  for (const line of lines) line.rate = 4_000_000;
  for (const { kind, watcher } of receivers) {
    await until(`${kind} sees something`, async () => (await watcher.look()).lastHeight > 0, { within: 40_000, every: 500 });
  }
  // Encoders and estimates climb in steps.
  const best = new Map();
  const climbed = Date.now() + 45_000;
  await until('the picture has its full size', async () => {
    for (const { kind, watcher } of receivers) best.set(kind, Math.max(best.get(kind) ?? 0, (await watcher.look()).lastHeight));
    return [...best.values()].every(height => height >= camera.height) || Date.now() > climbed;
  }, { within: 60_000, every: 1000 });
  await pause(3_000);
  for (const { watcher } of receivers) await watcher.look();
  for (const { name, seconds, down, up } of stretches) {
    for (const { line } of receivers) Object.assign(line.down, { loss: 0, rate: 4_000_000 }, down);
    Object.assign(uplink.up, { loss: 0, rate: 4_000_000 }, up);
    await pause(seconds * 1000);
    for (const { kind, watcher } of receivers) {
      const { pictures, begin, ...seen } = await watcher.look();
      if (name === 'back') seen.toBest = timeToHeight({ pictures, begin }, best.get(kind));
      results[kind][name] = seen;
      console.log(kind.padEnd(9), name.padEnd(9), JSON.stringify(seen, (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value)));
    }
  }
  return results;
}

const [command = 'run', ...names] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const file = `${folder}browsers.json`;
const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
if (command === 'run') {
  for (const name of names.length > 0 ? names : Object.keys(publishers)) {
    const { browser } = publishers[name];
    const needs = [browser, ...publishers[name].receivers ?? []];
    const missing = (needs.includes('firefox') && missingFirefox()) || (needs.includes('gstreamer') && missingGStreamer());
    if (missing) {
      console.log(`${name}: skipped, ${missing}`);
      continue;
    }
    console.log(name);
    results[name] = await run(name);
    await writeFile(file, JSON.stringify(results, null, 1));
  }
}
console.log(table(Object.keys(publishers).filter(name => results[name]).map(name => [name, results[name]])));
process.exit(0); // browsers' helpers may hold on

// Real browsers over bad lines, one publisher after the other. Writes artifacts/quality/browsers.json, for each row NAME.json (what the
// server said of every line, second opinion to the browsers' figures) and NAME.log (the server's log), and prints tables.
//
// usage: node tests/e2e/quality/matrix.js [run [NAME…] [--only=STRETCH,…] [--seed=N] | table]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { missingFirefox } from '../lib/firefox.js';
import { missingGStreamer } from '../lib/gstreamer.js';
import { openStage } from '../lib/stage.js';
import { until } from '../lib/wait.js';
import { GStreamerWatcher, timeToHeight, Watcher } from './measure.js';
import { camera, good, needsNamespaces, rows, stretches } from './rows.js';
import { tables } from './table.js';

const folder = fileURLToPath(new URL('../../../artifacts/quality/', import.meta.url));
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const missing = { chromium: () => false, firefox: missingFirefox, gstreamer: missingGStreamer };

async function run(name, { seed, only }) {
  const row = rows[name];
  const stage = await openStage({ seed, frameRate: camera.frameRate });
  try {
    const { meetingId, publisher } = await publish(stage, row);
    const receivers = [];
    for (const kind of row.receivers) {
      if (missing[kind]()) console.log(`${kind} does not watch: ${missing[kind]()}`);
      else receivers.push(await watch(stage, kind, meetingId, publisher.person.id));
    }
    const record = [];
    const results = await play(stage, row.plays.filter(stretch => !only || only.includes(stretch)), { publisher, receivers, height: row.height ?? camera.height }, async stretch => {
      const lines = {};
      for (const { kind, person } of [{ ...publisher, kind: 'publisher' }, ...receivers]) {
        lines[kind] = (await stage.server.call('GET', `/api/meetings/${meetingId}/participants/${person.id}/quality`)).json;
      }
      record.push({ stretch, lines, sending: row.codec && await publisher.person.page.evaluate(() => window.client.sending()) });
    });
    await writeFile(`${folder}${name}.json`, JSON.stringify(record, null, 1));
    await writeFile(`${folder}${name}.log`, stage.server.log);
    return { way: stage.way, at: new Date().toISOString(), receivers: results };
  } finally {
    await stage.close();
  }
}

async function publish(stage, { kind, page, codec, mode }) {
  if (kind === 'gstreamer') {
    const publisher = await stage.gstreamer('GStreamer', good);
    return { publisher, meetingId: await publisher.person.enter() };
  }
  const publisher = await stage.person('Publisher', { kind, page, delay: good.delay });
  const { person } = publisher;
  const meetingId = codec
    ? await person.page.evaluate(how => window.client.enter(undefined, how), { ...camera, codec, mode })
    : await person.enter(undefined, { video: camera });
  person.id = (await person.message('welcome')).peerId;
  return { publisher, meetingId };
}

async function watch(stage, kind, meetingId, publisherId) {
  const name = `Watcher with ${kind}`;
  if (kind === 'gstreamer') {
    const receiver = await stage.gstreamer(name, good);
    await receiver.person.enter(meetingId);
    return { ...receiver, watcher: new GStreamerWatcher(receiver.person, publisherId) };
  }
  const receiver = await stage.person(name, { kind, delay: good.delay });
  const { person } = receiver;
  await person.page.evaluate(([id, only]) => window.client.enter(id, undefined, only), [meetingId, publisherId]);
  person.id = (await person.message('welcome')).peerId;
  return { ...receiver, watcher: new Watcher(kind, person.page) };
}

async function play(stage, plays, { publisher, receivers, height }, note) {
  const set = (line, { down, up }) => {
    for (const [way, values] of Object.entries({ down, up })) Object.assign(line[way], stage.way === 'relays' ? { delay: values.delay, rate: values.rate, loss: values.loss } : values);
  };
  for (const { line } of [publisher, ...receivers]) set(line, { down: good, up: good });
  for (const { kind, watcher } of receivers) {
    await until(`${kind} sees something`, async () => (await watcher.look()).lastHeight > 0, { within: 40_000, every: 500 });
  }
  // Encoders and estimates climb in steps.
  const best = new Map();
  const climbed = Date.now() + 45_000;
  await until('the picture has its full size', async () => {
    for (const { kind, watcher } of receivers) best.set(kind, Math.max(best.get(kind) ?? 0, (await watcher.look()).lastHeight));
    return [...best.values()].every(seen => seen >= height) || Date.now() > climbed;
  }, { within: 60_000, every: 500 });
  await pause(3_000);
  for (const { watcher } of receivers) await watcher.look();
  const results = Object.fromEntries(receivers.map(({ kind }) => [kind, {}]));
  for (const name of plays) {
    const { seconds, down, up, both } = stretches[name];
    if (stage.way === 'relays' && needsNamespaces(stretches[name])) {
      console.log(`${name}: skipped, it needs network namespaces`);
      continue;
    }
    for (const { line } of receivers) set(line, { down: { ...good, ...both, ...down }, up: { ...good, ...both } });
    set(publisher.line, { down: good, up: { ...good, ...up } });
    await pause(seconds * 1000);
    for (const { kind, watcher } of receivers) {
      const { pictures, begin, ...seen } = await watcher.look();
      if (name === 'back') seen.toBest = timeToHeight({ pictures, begin }, best.get(kind));
      results[kind][name] = seen;
      console.log(kind.padEnd(9), name.padEnd(9), JSON.stringify(seen, (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value)));
    }
    await note(name);
  }
  return results;
}

const parameters = process.argv.slice(2);
const option = name => parameters.find(text => text.startsWith(`--${name}=`))?.split('=')[1];
const [command = 'run', ...names] = parameters.filter(text => !text.startsWith('--'));
const [seed, only] = [Number(option('seed') ?? 1), option('only')?.split(',')];
await mkdir(folder, { recursive: true });
const file = `${folder}browsers.json`;
const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
if (command === 'run') {
  for (const name of names.length > 0 ? names : Object.keys(rows)) {
    if (!rows[name]) throw new Error(`no row '${name}'; there are ${Object.keys(rows).join(', ')}`);
    if (missing[rows[name].kind]()) {
      console.log(`${name}: skipped, ${missing[rows[name].kind]()}`);
      continue;
    }
    console.log(name);
    const { receivers, ...circumstances } = await run(name, { seed, only });
    const earlier = only ? results[name]?.receivers : {}; // stretches played alone take the place of those played before
    for (const [kind, played] of Object.entries(receivers)) receivers[kind] = { ...earlier?.[kind], ...played };
    results[name] = { ...circumstances, receivers };
    await writeFile(file, JSON.stringify(results, null, 1));
  }
}
console.log(tables(Object.keys(rows).filter(name => results[name]).map(name => [rows[name].title, results[name]])));
process.exit(0); // browsers' helpers may hold on

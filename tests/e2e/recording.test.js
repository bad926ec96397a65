// Recordings of real meetings: what was seen and heard is in the file, at the right time, whatever happened to the server.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { putBehindLine } from './lib/line.js';
import { beeps, centreOf, coloursAt, flashes, power, probe, samplesOf } from './lib/movie.js';
import { servePages } from './lib/pages.js';
import { Participant } from './lib/participant.js';
import { testPicture } from './lib/testPicture.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
let folder;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'tertulia-movie-')); });
after(() => rm(folder, { recursive: true, force: true }));
afterEach(() => fixture.disperse());

const pictures = { Ada: { colour: '#c00000', frequency: 440 }, Bob: { colour: '#0000d0', frequency: 1100 } };

async function open(name) {
  const person = await Participant.open(fixture.browser, fixture.pages, fixture.server, name, testPicture(pictures[name]));
  fixture.people.push(person);
  return person;
}

// What is to be recorded has to last.
function pause(milliseconds) {
  const end = Date.now() + milliseconds;
  return until('it has been recorded for a while', async () => Date.now() >= end);
}

/** Fetches a file that may still be in the making. */
async function download(url, name) {
  const response = await until('the file is there', async () => {
    const answer = await fetch(url);
    if (answer.status === 503) {
      assert.ok(answer.headers.get('retry-after'));
      return { holds: false, seen: 503 };
    }
    assert.equal(answer.status, 200, await (answer.ok ? '' : answer.text()));
    return { holds: true, answer };
  }, { within: 120_000, every: 500 });
  const file = join(folder, name);
  await writeFile(file, Buffer.from(await response.answer.arrayBuffer()));
  return file;
}

test('a recording shows who was there and plays what they said, lips with voices', { timeout: 240_000 }, async () => {
  const { server } = fixture;
  const ada = await open('Ada');
  const meetingId = await ada.enter();
  const started = await server.call('POST', `/api/meetings/${meetingId}/recording/start`, {});
  assert.equal(started.status, 200, started.text);
  assert.match(started.json.recordingId, /^rec_/);
  const told = await ada.message('recording');
  assert.deepEqual([told.state, told.recordingId], ['recording', started.json.recordingId]);
  const begin = Date.parse(started.json.startedAt);
  const now = () => (Date.now() - begin) / 1000;

  await pause(4000);
  const alone = now();
  const bob = await open('Bob');
  await bob.enter(meetingId);
  assert.equal((await bob.message('recording')).state, 'recording');
  await until('Bob sends', async () => ((await ada.statistics()).peers[bob.id]?.received.frames ?? 0) > 5);
  await pause(8000);
  const together = now();
  await bob.leave();
  await pause(2500);
  const again = now();

  const before = Date.now();
  const stopped = await server.call('POST', `/api/meetings/${meetingId}/recording/stop`);
  assert.ok(Date.now() - before < 10_500);
  assert.equal(stopped.status, 200, stopped.text);
  assert.ok(['processing', 'ready'].includes(stopped.json.status), stopped.text);
  assert.ok(Math.abs(stopped.json.duration - again) < 1, `${stopped.json.duration} of ${again}`);
  assert.equal(stopped.json.transcriptUrl, undefined);
  const file = await download(stopped.json.recordingUrl, 'both.mp4');
  const ready = await ada.message('recording', message => message.state === 'ready');
  assert.ok(ready.recordingUrl, 'hosts are told the address');
  const part = await fetch(stopped.json.recordingUrl, { headers: { Range: 'bytes=0-99' } });
  assert.equal(part.status, 206);

  const { format, streams } = await probe(file);
  assert.deepEqual(streams.filter(stream => stream.codec_type !== 'data').map(stream => stream.codec_name).sort(), ['aac', 'h264']);
  assert.ok(Math.abs(Number(format.duration) - stopped.json.duration) < 0.3, format.duration);
  const list = await server.call('GET', `/api/meetings/${meetingId}/recordings`);
  assert.equal(list.json.items[0].status, 'ready');
  assert.ok(Math.abs(list.json.items[0].duration - Number(format.duration)) < 0.1);

  const isEither = (colour, wanted) => assert.ok([wanted, 'white'].includes(colour), `${colour}, not ${wanted}`);
  isEither((await coloursAt(file, alone - 1, [centreOf.whole]))[0], 'red');
  const [left, right] = await coloursAt(file, together - 2, [centreOf.left, centreOf.right]);
  isEither(left, 'red');
  isEither(right, 'blue');
  isEither((await coloursAt(file, again - 1, [[640, 100]]))[0], 'red');

  const samples = await samplesOf(file);
  const [a, b] = [pictures.Ada.frequency, pictures.Bob.frequency];
  assert.ok(power(samples, alone - 2, alone - 1, a) > 30 * power(samples, alone - 2, alone - 1, b), 'only Ada at first');
  assert.ok(power(samples, together - 3, together - 1, b) > 1e4, 'then Bob too');
  assert.ok(power(samples, again - 1.2, again - 0.3, a) > 30 * power(samples, again - 1.2, again - 0.3, b), 'then Ada alone');

  const seen = (await flashes(file, [40, 300])).filter(at => at < alone);
  const heard = beeps(samples, a);
  assert.ok(seen.length >= 1, 'flashes are seen');
  const apart = seen.map(flash => heard.map(beep => beep - flash).sort((x, y) => Math.abs(x) - Math.abs(y))[0]);
  console.log(`# beep after flash by ${apart.map(seconds => `${Math.round(seconds * 1000)} ms`).join(', ')}`);
  // The page itself draws and plays in steps of its own, so more than the file's share is allowed here.
  for (const seconds of apart) assert.ok(Math.abs(seconds) < 0.12, `apart by ${seconds}`);
});

test('killed in the middle: what was recorded is finished after the restart', { timeout: 240_000 }, async () => {
  const { server } = fixture;
  const ada = await open('Ada');
  const meetingId = await ada.enter(undefined, { settings: { topology: 'sfu', recording: { autoStart: true } } });
  const told = await ada.message('recording');
  await pause(6000);
  const recorded = (Date.now() - Date.parse(told.startedAt)) / 1000;
  await server.kill();
  await server.launch();

  const item = await until('the recording is ready', async () => {
    const { json } = await server.call('GET', `/api/meetings/${meetingId}/recordings`);
    return json.items[0].status === 'ready' ? { holds: true, recording: json.items[0] } : { holds: false, seen: json.items[0] };
  }, { within: 90_000, every: 500 });
  const { recording } = item;
  assert.equal(recording.isWhole, false);
  const lost = recorded - recording.duration;
  console.log(`# killed after ${recorded.toFixed(2)} s, ${recording.duration.toFixed(2)} s are in the file`);
  assert.ok(lost < 0.5, `${lost} s lost`);
  const file = await download(recording.recordingUrl, 'killed.mp4');
  assert.ok(['red', 'white'].includes((await coloursAt(file, recorded - 1.5, [centreOf.whole]))[0]));
  const samples = await samplesOf(file);
  assert.ok(power(samples, recorded - 2, recorded - 1, pictures.Ada.frequency) > 1e4);
});

test('every codec is recorded, through losses, changing sizes and a mute', { timeout: 240_000 }, async () => {
  const { server } = fixture;
  const pages = await servePages('127.0.0.1', 'quality-client');
  const publishers = [
    { name: 'Ada', colour: 'red', paint: '#c00000', frequency: 440, codec: 'VP8', mode: 'simulcast', at: [325, 200] },
    { name: 'Bob', colour: 'blue', paint: '#0000d0', frequency: 700, codec: 'VP9', mode: 'svc', at: [955, 200] },
    { name: 'Cyd', colour: 'green', paint: '#00a000', frequency: 1100, codec: 'H264', mode: 'plain', at: [325, 560] },
    { name: 'Dan', colour: 'white', paint: '#f0f0f0', frequency: 1700, codec: 'AV1', mode: 'plain', at: [955, 560] },
  ];
  let meetingId, line;
  for (const publisher of publishers) {
    const { name, paint, frequency, codec, mode } = publisher;
    const person = await Participant.open(fixture.browser, pages, server, name, testPicture({ colour: paint, frequency }));
    fixture.people.push(person);
    if (name === 'Ada') line = await putBehindLine(person, { delay: 20 });
    meetingId = await person.page.evaluate(([id, publish]) => window.client.enter(id, publish), [meetingId, { codec, mode, width: 320, height: 180, frameRate: 10 }]);
  }
  const { json: people } = await server.call('GET', `/api/meetings/${meetingId}/participants`);
  const cyd = people.items[2].peerId;
  const started = await server.call('POST', `/api/meetings/${meetingId}/recording/start`, {});
  assert.equal(started.status, 200, started.text);
  const now = () => (Date.now() - Date.parse(started.json.startedAt)) / 1000;
  await pause(5000);
  line.up.loss = 0.05;
  await pause(4000);
  const lossy = now();
  line.up.loss = 0;
  line.up.rate = 400_000;
  assert.equal((await server.call('POST', `/api/meetings/${meetingId}/participants/${cyd}/mute`, { source: 'microphone' })).status, 204);
  const muted = now();
  await pause(6000);
  line.up.rate = Infinity;
  await pause(3000);
  const stopped = await server.call('POST', `/api/meetings/${meetingId}/recording/stop`);
  await fixture.disperse(); // the film is made sooner on a machine that has nothing else to do
  const file = await download(stopped.json.recordingUrl, 'codecs.mp4');
  line.close();
  await pages.stop();

  for (const moment of [4, lossy - 0.5, muted + 4, stopped.json.duration - 0.7]) {
    const seen = await coloursAt(file, moment, publishers.map(({ at }) => at));
    seen.forEach((colour, i) => assert.ok([publishers[i].colour, 'white'].includes(colour), `${publishers[i].codec} at ${moment}: ${seen}`));
  }
  const samples = await samplesOf(file);
  for (const { name, frequency } of publishers) assert.ok(power(samples, 3, 4.5, frequency) > 1e4, `${name} is heard`);
  const [before, after] = [power(samples, 3, 4.5, 1100), power(samples, muted + 1, muted + 4, 1100)];
  assert.ok(after < before / 30, `muted, ${after} of ${before} is left`);
  assert.ok(power(samples, muted + 1, muted + 4, 440) > 1e4, 'the others are still heard');
});

// Live captions with real recognition: three people, a browser each since the fake microphone is one per browser, speak scripts that flite
// reads: one with a pause between the sentences, one in a noisy room. Every line must stand under the right name.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchChromium } from './lib/chromium.js';
import { servePages } from './lib/pages.js';
import { Participant } from './lib/participant.js';
import { Server } from './lib/server.js';
import { Visitor } from './lib/visitor.js';
import { until } from './lib/wait.js';
import { foreignWords, wordErrorRate } from './lib/words.js';

const scripts = {
  Ada: { voice: 'slt', text: 'Good morning everybody. The new version is ready for testing.', pause: 1.2 },
  Bob: { voice: 'rms', text: 'I will write the report on Friday and send it to the customer.' },
  Cleo: { voice: 'awb', text: 'We have to call the marketing team before Monday.', noise: '-40dB' },
};
const pause = 4; // seconds between repetitions: the browser plays its file in a loop

const missing = ['/usr/bin/flite', '/usr/bin/sox'].find(program => !existsSync(program)) ??
  (existsSync('/usr/share/pocketsphinx/model/en-us/en-us.lm.bin') ? null : 'the PocketSphinx model');
const skip = missing ? `${missing} is not installed` : false;
const folder = mkdtempSync(join(tmpdir(), 'tertulia-captions-'));
let server, pages;
const browsers = [];
const people = {};

before(async () => {
  if (skip) return;
  server = await Server.start();
  pages = await servePages();
  let meetingId;
  for (const [name, script] of Object.entries(scripts)) {
    const browser = await launchChromium({ audio: speak(name, script) });
    browsers.push(browser);
    people[name] = await Participant.open(browser, pages, server, name);
    meetingId = await people[name].enter(meetingId, { settings: { transcription: { enabled: true, language: 'en', showCaptions: true } } });
  }
});

after(async () => {
  for (const browser of browsers) await browser.close();
  await pages?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('three people speak at once, and every line has the right name', { skip }, async t => {
  const { lines: heard } = await until('everybody has been written down twice', async () => {
    const lines = (await captions(people.Ada)).filter(line => line.isFinal && line.text);
    const enough = Object.keys(scripts).every(name => spokenBy(name, lines).length >= 2);
    return { holds: enough, lines, seen: lines.map(line => `${line.speaker}: ${line.text}`) };
  }, { within: 90_000 });

  for (const [name, { text }] of Object.entries(scripts)) {
    const own = spokenBy(name, heard);
    const rates = own.map(line => wordErrorRate(text, line.text));
    // Line by line: right or not, it resembles nobody else's script more than its speaker's.
    for (const line of own) {
      const closest = Object.keys(scripts).reduce((best, other) =>
        foreignWords(scripts[other].text, line.text) < foreignWords(scripts[best].text, line.text) ? other : best, name);
      assert.equal(closest, name, `"${line.text}" stands under ${name}`);
      assert.equal(line.peerId, people[name].id);
      assert.ok(line.confidence > 0 && line.confidence <= 1);
      assert.equal(line.language, 'en');
    }
    t.diagnostic(`${name}: ${Math.round(100 * Math.min(...rates))} % of words wrong at best, ${own.length} lines: ${own.map(line => line.text).join(' | ')}`);
    assert.ok(Math.min(...rates) < 0.5, `${name} was not understood: ${own.map(line => line.text).join(' | ')}`);
  }
});

test('lines grow while they are spoken, and what is final is in the transcript', { skip }, async t => {
  const lines = await captions(people.Bob);
  const finals = lines.filter(line => line.isFinal && line.text);
  const grew = finals.filter(final => lines.some(line => !line.isFinal && line.segmentId === final.segmentId));
  assert.ok(grew.length >= finals.length / 2, `${grew.length} of ${finals.length} lines were shown before they were final`);
  const transcript = await server.call('GET', `/api/meetings/${people.Ada.meetingId}/transcript?format=json&limit=100`);
  assert.equal(transcript.status, 200, transcript.text);
  const stored = new Map(transcript.json.items.map(segment => [segment.segmentId, segment]));
  for (const final of finals) assert.equal(stored.get(final.segmentId)?.text, final.text);

  // How long after the last word the final line came, by the clock of this one machine.
  const delays = finals.map(line => {
    const { start, end } = stored.get(line.segmentId);
    return line.receivedAtUtc - Date.parse(line.timestamp) - 1000 * (end - start);
  }).sort((a, b) => a - b);
  t.diagnostic(`final ${Math.round(delays[Math.floor(delays.length / 2)])} ms (median) after the last word, ${Math.round(delays.at(-1))} ms at worst, of ${delays.length}`);
});

test('the app shows captions over the pictures and the transcript beside them', { skip }, async () => {
  const reader = await Visitor.open(browsers[0], server, 'Reader');
  await reader.enter(people.Ada.meetingId);
  const bar = reader.page.getByRole('log', { name: 'Captions' });
  await bar.getByText(people.Bob.displayName).waitFor({ timeout: 60_000 });
  await reader.page.keyboard.press('t');
  const transcript = reader.page.getByRole('log', { name: 'What was said' });
  await transcript.getByText(people.Cleo.displayName).first().waitFor({ timeout: 60_000 });
  if (process.env.TERTULIA_E2E_SHOTS) await reader.page.screenshot({ path: join(process.env.TERTULIA_E2E_SHOTS, 'captions.png') });
  await reader.page.keyboard.press('l');
  await bar.waitFor({ state: 'hidden' });
  assert.deepEqual(reader.problems, []);
  await reader.close();
});

const spokenBy = (name, lines) => lines.filter(line => line.speaker === people[name].displayName);

function speak(name, { voice, text, pause: between = 0, noise }) {
  const format = ['-r', '48000', '-c', '1', '-b', '16'];
  const sentences = text.match(/[^.]+\./g).map((sentence, i) => {
    const [spoken, padded] = [join(folder, `${name}-${i}.wav`), join(folder, `${name}-${i}-padded.wav`)];
    execFileSync('flite', ['-voice', voice, '-t', sentence, '-o', spoken]);
    execFileSync('sox', [spoken, ...format, padded, 'pad', '0', String(between)]);
    return padded;
  });
  const file = join(folder, `${name}.wav`);
  execFileSync('sox', [...sentences, file, 'pad', '0.5', String(pause)]);
  if (!noise) return readFileSync(file);
  const [hiss, mixed] = [join(folder, `${name}-noise.wav`), join(folder, `${name}-mixed.wav`)];
  execFileSync('sox', ['-n', ...format, hiss, 'synth', execFileSync('soxi', ['-D', file], { encoding: 'utf8' }).trim(), 'pinknoise', 'vol', noise]);
  execFileSync('sox', ['-m', '-v', '1', file, '-v', '1', hiss, mixed]);
  return readFileSync(mixed);
}

const captions = person => person.page.evaluate(() => window.client.messages
  .filter(message => message.type === 'transcription')
  .map(message => ({ ...message, receivedAtUtc: performance.timeOrigin + message.receivedAt })));

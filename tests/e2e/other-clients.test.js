// The tutorial's dialect spoken by three independent stacks in one meeting: Chromium, Firefox, GStreamer.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { launchFirefox, missingFirefox } from './lib/firefox.js';
import { tutorialFixture } from './lib/fixture.js';
import { GStreamerParticipant, missingGStreamer } from './lib/gstreamer.js';
import { Participant, everyoneSeesAndHearsEveryone, upstreams } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
const one = { video: 1, audio: 1, to: ['sfu'] };
const opened = [];
afterEach(async () => {
  for (const resource of opened.splice(0)) await resource.close();
  await fixture.disperse();
});

async function firefox(...names) {
  const browser = await launchFirefox();
  const people = [];
  for (const name of names) people.push(await Participant.open(browser, fixture.pages, fixture.server, name));
  opened.push(...people, browser);
  return people;
}

test('Firefox and Chromium see and hear each other, whoever came first', { skip: missingFirefox() }, async () => {
  const [first, last] = await firefox('Firefox first', 'Firefox last');
  const [chromium] = await fixture.open('Chromium');
  const meetingId = await first.enter();
  await chromium.enter(meetingId);
  await last.enter(meetingId);
  const people = [first, chromium, last];
  await everyoneSeesAndHearsEveryone(people);
  const met = Date.now();
  assert.deepEqual(await upstreams(people), { 'Firefox first': one, Chromium: one, 'Firefox last': one });

  await first.leave();
  await chromium.message('peer-left', message => message.peerId === first.id);
  await everyoneSeesAndHearsEveryone([chromium, last]);

  // Firefox nominates a TCP path as well, but consents only on the one it uses.
  await until('consent on any other path has run out', () => Date.now() - met > 11_000);
  await everyoneSeesAndHearsEveryone([chromium, last]);
});

test('GStreamer and Chromium see and hear each other, whoever came first', { skip: missingGStreamer() }, async () => {
  const first = new GStreamerParticipant(fixture.server, 'GStreamer first');
  const last = new GStreamerParticipant(fixture.server, 'GStreamer last');
  opened.push(first, last);
  const [chromium] = await fixture.open('Chromium');
  const meetingId = await first.enter();
  await chromium.enter(meetingId);
  await everyoneSeesAndHearsEveryone([first, chromium]);
  await last.enter(meetingId);
  await everyoneSeesAndHearsEveryone([first, chromium, last]);

  await first.close();
  await chromium.message('peer-left', message => message.peerId === first.id);
  await everyoneSeesAndHearsEveryone([chromium, last]);
});

test('Firefox and GStreamer share a meeting', { skip: missingFirefox() || missingGStreamer() }, async () => {
  const gstreamer = new GStreamerParticipant(fixture.server, 'GStreamer');
  opened.push(gstreamer);
  const [person] = await firefox('Firefox');
  const meetingId = await gstreamer.enter();
  await person.enter(meetingId);
  await everyoneSeesAndHearsEveryone([gstreamer, person]);
});

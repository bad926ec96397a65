// Somebody in an office takes part in a meeting outside: behind a symmetric NAT, with all UDP blocked, and when UDP dies in mid-call.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launchChromium } from './lib/chromium.js';
import { confine, selectedPaths } from './lib/confined.js';
import { Office, missingOffice, outside } from './lib/office.js';
import { servePages } from './lib/pages.js';
import { Participant, everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { Server } from './lib/server.js';
import { Visitor, visitorsSeeAndHear } from './lib/visitor.js';

const skip = missingOffice();
const stage = {};
const people = [];

before(async () => {
  if (skip) return;
  stage.office = new Office();
  stage.server = await Server.start({ host: outside });
  stage.pages = await servePages(outside);
  const origins = `${new URL(stage.pages.url).origin},${stage.server.url}`;
  stage.inside = await stage.office.browser(origins);
  stage.outside = await launchChromium({ flags: [`--unsafely-treat-insecure-origin-as-secure=${origins}`] });
});

after(async () => {
  await stage.inside?.close();
  await stage.outside?.close();
  await stage.pages?.stop();
  if (process.env.TERTULIA_E2E_LOG) console.log(stage.server?.log);
  await stage.server?.stop();
  stage.office?.close();
});

afterEach(async () => {
  for (const person of people.splice(0)) await person.close();
  stage.office?.allowUdp();
});

/** Ada sits in the office, Bob does not; they meet. Returns how long Ada's first connection took. */
async function meet(settings, ways = {}) {
  const ada = await Participant.open(stage.inside, stage.pages, stage.server, 'Ada');
  const bob = await Participant.open(stage.outside, stage.pages, stage.server, 'Bob');
  people.push(ada, bob);
  await confine(ada, ways);
  await confine(bob, ways.relay ? ways : {});
  const meetingId = await bob.enter(undefined, { settings });
  await ada.enter(meetingId);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  const took = await ada.page.evaluate(() => window.connectedAfter);
  return { ada, bob, took };
}

test('behind a symmetric NAT the SFU is reached over UDP', { skip }, async () => {
  const { ada, took } = await meet({}, { candidates: 'udp' });
  for (const path of await selectedPaths(ada)) assert.equal(path.protocol, 'udp');
  assert.ok(took < 3_000, `connected after ${took} ms`);
});

test('with all UDP blocked the call connects over TCP, in less than three seconds', { skip }, async () => {
  stage.office.blockUdp();
  const { ada, took } = await meet();
  const paths = await selectedPaths(ada);
  assert.ok(paths.length > 0);
  for (const path of paths) assert.ok(path.protocol === 'tcp' || path.relayProtocol === 'tcp', JSON.stringify(path));
  assert.ok(took < 3_000, `connected after ${took} ms`);
});

test('two people talk directly, with nothing but relays between a symmetric NAT without UDP and the world', { skip }, async () => {
  stage.office.blockUdp();
  const { ada } = await meet({ topology: 'p2p' }, { relay: 'tcp' });
  const paths = await selectedPaths(ada);
  assert.ok(paths.length > 0);
  for (const path of paths) assert.deepEqual(path, { type: 'relay', protocol: 'udp', relayProtocol: 'tcp' });
});

test('when UDP dies in mid-call, the call falls back to TCP and goes on', { skip }, async () => {
  const { ada, bob } = await meet({}, { candidates: 'udp' });
  await ada.page.evaluate(() => { window.unconfined = true; }); // what is made anew may take any way
  stage.office.blockUdp();
  const began = Date.now();
  await ada.message('peer-left', message => message.reason === 'moved', { within: 40_000 });
  await everyoneSeesAndHearsEveryone([ada, bob]);
  const took = Date.now() - began;
  console.log(`recovered after ${took} ms`);
  assert.ok(took < 9_000, `recovered after ${took} ms`);
  for (const path of await selectedPaths(ada)) assert.ok(path.protocol === 'tcp' || path.relayProtocol === 'tcp', JSON.stringify(path));
});

test('when UDP dies in mid-call, the web app finds another way as fast', { skip }, async () => {
  const { json: { meetingId } } = await stage.server.call('POST', '/api/meetings', { title: 'Round table', settings: { topology: 'sfu' } });
  const ada = await Visitor.open(stage.inside, stage.server, 'Ada');
  const bob = await Visitor.open(stage.outside, stage.server, 'Bob');
  people.push(ada, bob);
  await ada.visit(`/join/${meetingId}`);
  await confine(ada, { candidates: 'udp' });
  await ada.enter();
  await bob.enter(meetingId);
  await visitorsSeeAndHear([ada, bob]);
  for (const path of await selectedPaths(ada)) assert.equal(path.protocol, 'udp');
  await ada.page.evaluate(() => { window.unconfined = true; });
  stage.office.blockUdp();
  const began = Date.now();
  await visitorsSeeAndHear([ada, bob], [ada, bob], { frames: 10 }); // more than were on their way
  const took = Date.now() - began;
  console.log(`recovered after ${took} ms`);
  assert.ok(took < 9_000, `recovered after ${took} ms`);
  for (const path of await selectedPaths(ada)) assert.ok(path.protocol === 'tcp' || path.relayProtocol === 'tcp', JSON.stringify(path));
});

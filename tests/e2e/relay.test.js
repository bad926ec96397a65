// Where a firewall lets through only so much: a meeting by our TURN server over UDP, TCP and TLS, and by ICE over TCP without any relay.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { launchFirefox, missingFirefox } from './lib/firefox.js';
import { tutorialFixture } from './lib/fixture.js';
import { confine, selectedPaths } from './lib/confined.js';
import { Participant, everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { outerAddress } from './lib/server.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture({
  server: { host: outerAddress, secure: true, environment: { Tertulia__Tls__Redirect: 'false' } },
  browser: async server => ({ flags: [await server.trust()] }),
});
afterEach(() => fixture.disperse());

for (const protocol of ['udp', 'tcp', 'tls']) {
  test(`three people meet by relays alone, reached over ${protocol}`, async () => {
    const people = await fixture.open('Ada', 'Bob', 'Cleo');
    for (const person of people) await confine(person, { relay: protocol });
    let meetingId;
    for (const person of people) meetingId = await person.enter(meetingId);
    await everyoneSeesAndHearsEveryone(people);
    for (const person of people) {
      const paths = await selectedPaths(person);
      assert.ok(paths.length > 0);
      for (const path of paths) assert.deepEqual(path, { type: 'relay', protocol: 'udp', relayProtocol: protocol });
    }

    await until('what was relayed stands in the account', async () => {
      const { json } = await fixture.server.call('GET', `/api/meetings/${meetingId}/participants`);
      return json.items.length === 3 && json.items.every(stay => stay.relayedBytes > 10_000) ? true : { holds: false, seen: json.items };
    });
  });
}

test('Firefox over UDP, Firefox over TCP and Chromium over TLS meet by relays alone', { skip: missingFirefox() }, async () => {
  const browser = await launchFirefox();
  try {
    const [chromium] = await fixture.open('Chromium');
    const people = [chromium];
    for (const name of ['Firefox over udp', 'Firefox over tcp']) people.push(await Participant.open(browser, fixture.pages, fixture.server, name));
    const ways = ['tls', 'udp', 'tcp'];
    let meetingId;
    for (const [index, person] of people.entries()) {
      await confine(person, { relay: ways[index] });
      meetingId = await person.enter(meetingId);
    }
    await everyoneSeesAndHearsEveryone(people);
    for (const [index, person] of people.entries()) {
      const paths = await selectedPaths(person);
      assert.ok(paths.length > 0);
      for (const path of paths) assert.deepEqual(path, { type: 'relay', protocol: 'udp', relayProtocol: ways[index] });
    }
  } finally {
    await browser.close();
  }
});

test('three people meet over TCP without a relay', async () => {
  const people = await fixture.open('Ada', 'Bob', 'Cleo');
  for (const person of people) await confine(person, { candidates: 'tcp' });
  let meetingId;
  for (const person of people) meetingId = await person.enter(meetingId);
  await everyoneSeesAndHearsEveryone(people);
  for (const person of people) {
    const paths = await selectedPaths(person);
    assert.ok(paths.length > 0);
    for (const path of paths) assert.deepEqual([path.type, path.protocol], ['prflx', 'tcp']);
  }
});

test('relays end with the participation', async () => {
  const [ada, bob] = await fixture.open('Ada', 'Bob');
  for (const person of [ada, bob]) await confine(person, { relay: 'udp' });
  const meetingId = await ada.enter();
  await bob.enter(meetingId);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  await fixture.server.call('DELETE', `/api/meetings/${meetingId}/participants/${bob.id}`);
  await until('the removed one can relay no more', () => bob.page.evaluate(() => window.relayIsRefused()));
});

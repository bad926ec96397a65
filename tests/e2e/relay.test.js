// Where a firewall lets through only so much: a meeting by our TURN server over UDP, over TCP, and by ICE over TCP without any relay.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { confine, selectedPaths } from './lib/confined.js';
import { everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
afterEach(() => fixture.disperse());

for (const protocol of ['udp', 'tcp']) {
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

// Direct connections, and the move to the server when a third person comes.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { everyoneSeesAndHearsEveryone, upstreams } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
afterEach(() => fixture.disperse());

const one = { video: 1, audio: 1, to: ['sfu'] };

test('with topology p2p two people send to each other, and nothing to the server', async () => {
  const people = await fixture.meet(['Ada', 'Bob'], { settings: { topology: 'p2p' } });
  const [ada, bob] = people;
  await everyoneSeesAndHearsEveryone(people);
  assert.deepEqual(await upstreams(people), {
    Ada: { video: 1, audio: 1, to: [bob.id] },
    Bob: { video: 1, audio: 1, to: [ada.id] },
  });
});

test('with topology auto the third arrival moves everyone to the server, and nobody has to leave', async () => {
  const [ada, bob] = await fixture.meet(['Ada', 'Bob'], { settings: { topology: 'auto' } });
  await everyoneSeesAndHearsEveryone([ada, bob]);
  assert.deepEqual((await upstreams([ada, bob])).Ada.to, [bob.id]);

  const [cleo] = await fixture.open('Cleo');
  await cleo.enter(ada.meetingId);
  const people = [ada, bob, cleo];
  await everyoneSeesAndHearsEveryone(people);
  await until('each sends to the server alone', async () => {
    const sending = await upstreams(people);
    return people.every(({ name }) => JSON.stringify(sending[name]) === JSON.stringify(one)) ? true : { holds: false, seen: sending };
  });
  for (const person of people) {
    assert.equal((await person.tiles()).length, 2);
    assert.equal(await person.page.evaluate(() => window.client.closed), null);
  }
});

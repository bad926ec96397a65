// Five people with the tutorial's client, with small pictures so that two cores can decode twenty of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { everyoneSeesAndHearsEveryone, upstreams } from './lib/participant.js';

const fixture = tutorialFixture({ browser: { flags: ['--use-fake-device-for-media-stream=device-count=1,fps=5'] } });
const one = { video: 1, audio: 1, to: ['sfu'] };

test('five people see and hear each other, each sending one video and one audio; leaving disturbs nobody', async () => {
  const people = await fixture.meet(['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'], { video: { width: 320, height: 180, frameRate: 5 } });
  await everyoneSeesAndHearsEveryone(people, { within: 60_000 });
  assert.deepEqual(await upstreams(people), { Ada: one, Bob: one, Cleo: one, Dan: one, Eve: one });

  const [ada, bob, cleo, dan, eve] = people;
  await ada.close();
  await eve.close();
  for (const person of [bob, cleo, dan]) {
    await person.message('peer-left', message => message.peerId === ada.id);
    await person.message('peer-left', message => message.peerId === eve.id);
  }
  await everyoneSeesAndHearsEveryone([bob, cleo, dan]);
});

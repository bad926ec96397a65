// Two people with the tutorial's client.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { everyoneSeesAndHearsEveryone, upstreams } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
afterEach(() => fixture.disperse());

test('two people see and hear each other, each sending one video and one audio', async () => {
  const [ada, bob] = await fixture.meet(['Ada', 'Bob']);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  assert.deepEqual(await upstreams([ada, bob]), {
    Ada: { video: 1, audio: 1, to: ['sfu'] },
    Bob: { video: 1, audio: 1, to: ['sfu'] },
  });
  assert.deepEqual(await ada.tiles(), [bob.id]);
  assert.deepEqual(await bob.tiles(), [ada.id]);
});

test('the newcomer is announced to those already there, and to nobody else', async () => {
  const [ada, bob] = await fixture.meet(['Ada', 'Bob']);
  const joined = await ada.message('peer-joined');
  assert.equal(joined.peerId, bob.id);
  assert.equal(joined.displayName, bob.displayName);
  assert.notEqual(ada.displayName, bob.displayName);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  assert.deepEqual(await bob.messages('peer-joined'), []);
  assert.equal((await ada.messages('peer-joined')).length, 1);
});

test('chat reaches everyone with the name of its author, and waits for those who come later', async () => {
  const [ada, bob] = await fixture.meet(['Ada', 'Bob']);
  await ada.say('Shall we start?');
  await bob.message('chat', chat => chat.text === 'Shall we start?');
  await bob.say('<b>Yes</b>');
  for (const person of [ada, bob]) {
    const first = await person.message('chat', chat => chat.text === 'Shall we start?');
    assert.equal(first.from, ada.displayName);
    assert.equal(first.peerId, ada.id);
    assert.equal(new Date(first.timestamp).toISOString(), first.timestamp);
    const second = await person.message('chat', chat => chat.text === '<b>Yes</b>');
    assert.equal(second.from, bob.displayName);
  }

  const [cleo] = await fixture.open('Cleo');
  await cleo.enter(ada.meetingId);
  const history = await cleo.message('chat-history');
  assert.deepEqual(history.messages.map(({ from, text }) => ({ from, text })), [
    { from: ada.displayName, text: 'Shall we start?' },
    { from: bob.displayName, text: '<b>Yes</b>' },
  ]);
  assert.deepEqual(await cleo.messages('chat'), []);
});

test('a closed tab is a leave: the other hears of it at once', async () => {
  const [ada, bob] = await fixture.meet(['Ada', 'Bob']);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  await bob.close();
  const left = await ada.message('peer-left', message => message.peerId === bob.id, { within: 4_000 });
  assert.equal(left.reason, 'left');
  await until('the tile is gone', async () => (await ada.tiles()).length === 0);
});

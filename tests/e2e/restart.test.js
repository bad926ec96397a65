// What a killed server still knows when it comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { everyoneSeesAndHearsEveryone } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();

test('after kill -9 and a restart meetings, chat and keys are there, and people can come back', async () => {
  const { server } = fixture;
  const [ada, bob] = await fixture.meet(['Ada', 'Bob']);
  await everyoneSeesAndHearsEveryone([ada, bob]);
  const made = await server.call('POST', '/api/keys', { name: 'second key' });
  assert.equal(made.status, 201);
  for (const text of ['first', 'second', 'third']) {
    await ada.say(text);
    await ada.message('chat', chat => chat.text === text);
  }

  await server.kill();
  await until('the pages notice', async () => (await ada.page.evaluate(() => window.client.closed)) !== null);
  await server.launch();

  const meeting = await server.call('GET', `/api/meetings/${ada.meetingId}`);
  assert.equal(meeting.status, 200);
  assert.equal(meeting.json.title, 'Tutorial meeting');
  const other = await server.call('GET', `/api/meetings/${ada.meetingId}`, undefined, made.json.key);
  assert.equal(other.status, 200);

  const meetingId = ada.meetingId;
  for (const person of [ada, bob]) {
    await person.leave();
    await person.enter(meetingId);
  }
  const history = await bob.message('chat-history', message => message.messages.length > 0);
  assert.deepEqual(history.messages.map(chat => chat.text), ['first', 'second', 'third']);
  await everyoneSeesAndHearsEveryone([ada, bob]);
});

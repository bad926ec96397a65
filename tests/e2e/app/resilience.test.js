// What people in the web app notice of broken connections and servers: a notice, and no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';
import { layWire } from '../lib/wire.js';
import { visitorsSeeAndHear } from '../lib/visitor.js';

const fixture = appFixture({ prepare: ({ server }) => layWire(server) });

const noticeOf = visitor => visitor.page.getByTestId('connection-notice');
const connectionsOf = visitor => visitor.page.evaluate(() => window.connections.filter(({ connectionState }) => connectionState !== 'closed').length);

/** Ada's signaling goes over the wire that is cut, Bob's does not. */
async function adaOverTheWire() {
  const meetingId = await fixture.createMeeting();
  const ada = await (await fixture.open('Ada', { url: fixture.prepared.url })).enter(meetingId);
  const bob = await (await fixture.open('Bob')).enter(meetingId);
  await visitorsSeeAndHear([ada, bob]);
  return { meetingId, ada, bob };
}

test('a broken socket is resumed: the media never stops, the others see nothing, and what was said meanwhile arrives', async () => {
  const { ada, bob } = await adaOverTheWire();
  const before = await connectionsOf(ada);
  fixture.prepared.cut();
  await noticeOf(ada).getByText('Reconnecting').waitFor();
  await visitorsSeeAndHear([ada, bob]);

  await bob.say('Can you hear us?');
  await ada.say('Written while cut off');
  assert.equal(await ada.page.locator('[data-testid=message][data-pending]').count(), 1);
  await ada.press('m');

  fixture.prepared.mend();
  await noticeOf(ada).waitFor({ state: 'detached' });
  await until('both read both', async () =>
    [await ada.messages(), await bob.messages()].every(texts => texts.length === 2 && !texts.some(text => text.includes('being sent'))));
  await bob.tile(ada).getByTestId('muted').waitFor();
  assert.equal(await bob.page.getByText(/Ada (left|joined)/).count(), 0);
  assert.equal(await ada.page.locator('[data-testid=tile]', { hasText: '(you)' }).getAttribute('data-peer'), ada.id);
  assert.equal(await connectionsOf(ada), before);
});

test('a place that was given up meanwhile is taken anew, with picture and sound', async () => {
  const { meetingId, ada, bob } = await adaOverTheWire();
  fixture.prepared.cut();
  await noticeOf(ada).getByText('Reconnecting').waitFor();
  const removed = await fixture.server.call('DELETE', `/api/meetings/${meetingId}/participants/${ada.id}`);
  assert.ok(removed.status < 300, `${removed.status}`);
  await until('Bob is alone', async () => (await bob.tile(ada).count()) === 0);
  fixture.prepared.mend();
  await ada.page.getByText('You are back in the meeting').waitFor();
  ada.id = await ada.page.locator('[data-testid=tile]', { hasText: '(you)' }).getAttribute('data-peer');
  await visitorsSeeAndHear([ada, bob]);
});

test('a server that is killed and started again gets everybody back by themselves', async () => {
  const { visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob']);
  await visitorsSeeAndHear([ada, bob]);
  await ada.say('Before the fall');
  await until('it is said', async () => (await ada.messages()).length === 1);
  await fixture.server.kill();
  for (const visitor of [ada, bob]) await noticeOf(visitor).getByText('Reconnecting').waitFor();
  await fixture.server.launch();
  for (const visitor of [ada, bob]) {
    await noticeOf(visitor).waitFor({ state: 'detached', timeout: 15_000 });
    visitor.id = await visitor.page.locator('[data-testid=tile]', { hasText: '(you)' }).getAttribute('data-peer');
  }
  await visitorsSeeAndHear([ada, bob]);
  assert.deepEqual(await ada.messages(), ['Before the fall']);
});

test('a server that is restarted in order takes everybody along', async () => {
  const { visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob']);
  await visitorsSeeAndHear([ada, bob]);
  await fixture.server.end('SIGTERM');
  await fixture.server.launch();
  for (const visitor of [ada, bob]) {
    await noticeOf(visitor).waitFor({ state: 'detached', timeout: 15_000 });
    visitor.id = await visitor.page.locator('[data-testid=tile]', { hasText: '(you)' }).getAttribute('data-peer');
  }
  await visitorsSeeAndHear([ada, bob]);
});

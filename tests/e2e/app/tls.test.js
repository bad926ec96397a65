// The whole server over its own TLS: what browsers negotiate with it, and meetings that insist on post-quantum signaling.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { launchFirefox, missingFirefox } from '../lib/firefox.js';
import { until } from '../lib/wait.js';
import { visitorsSeeAndHear } from '../lib/visitor.js';

const fixture = appFixture({ server: { secure: true } });
const group = 'X25519MLKEM768';
const secure = () => ({ url: fixture.server.secureUrl, context: { ignoreHTTPSErrors: true } });

async function protectionOf(meetingId) {
  const { json } = await fixture.server.call('GET', `/api/meetings/${meetingId}/participants`);
  return Object.fromEntries(json.items.map(stay => [stay.displayName, stay.security]));
}

test('a meeting over https, in Chromium: page and socket are post-quantum, and the record says so', async () => {
  const meetingId = await fixture.createMeeting({ requirePostQuantum: true });
  const ada = await fixture.open('Ada', secure());
  const details = [];
  const devtools = await ada.context.newCDPSession(ada.page);
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ response }) => {
    if (response.securityDetails) details.push(`${response.protocol} ${response.securityDetails.protocol} ${response.securityDetails.keyExchangeGroup}`);
  });
  await ada.enter(meetingId);
  const bob = await (await fixture.open('Bob', secure())).enter(meetingId);
  await visitorsSeeAndHear([ada, bob]);

  assert.deepEqual([...new Set(details)], [`h2 TLS 1.3 ${group}`]);
  const expected = { tls: 'TLS 1.3', group, postQuantum: true };
  assert.deepEqual(await protectionOf(meetingId), { Ada: expected, Bob: expected });
  const metrics = (await fixture.server.call('GET', '/metrics')).text;
  assert.match(metrics, /tertulia_tls_connections_total\{group="X25519MLKEM768",post_quantum="true",version="TLS 1\.3"\} \d/);
});

test('a host asks for it when making a meeting, where the own connection has it', async () => {
  const ada = await fixture.open('Ada', secure());
  await ada.signIn();
  await ada.page.getByLabel('Post-quantum signaling only').check();
  const meetingId = await ada.create('Secret plans');
  assert.equal((await fixture.server.call('GET', `/api/meetings/${meetingId}`)).json.settings.requirePostQuantum, true);

  const bob = await fixture.open('Bob');
  await bob.signIn();
  assert.ok(await bob.page.getByLabel('Post-quantum signaling only').isDisabled());
});

test('whoever comes without is told why', async () => {
  const meetingId = await fixture.createMeeting({ requirePostQuantum: true });
  const eve = await fixture.open('Eve');
  await eve.visit(`/join/${meetingId}`);
  await eve.isGone('This meeting needs a stronger connection');
});

test('Firefox negotiates it as well, for its socket too', { skip: missingFirefox() }, async () => {
  const browser = await launchFirefox({ acceptInsecureCerts: true });
  try {
    const meetingId = await fixture.createMeeting({ requirePostQuantum: true });
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${fixture.server.secureUrl}/join/${meetingId}`);
    const welcome = await page.evaluate(async id => {
      const ticket = await (await fetch(`/api/meetings/${id}/guest`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"displayName":"Fay"}' })).json();
      window.socket = new WebSocket(`wss://${location.host}/ws/signaling?token=${ticket.token}&meetingId=${id}`);
      return new Promise((resolve, reject) => {
        window.socket.onmessage = message => resolve(JSON.parse(message.data).type);
        window.socket.onclose = () => reject(new Error('closed'));
      });
    }, meetingId);
    assert.equal(welcome, 'welcome');
    await until('the record', async () => (await protectionOf(meetingId)).Fay?.group === group);
  } finally {
    await browser.close();
  }
});

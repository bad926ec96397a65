// The account's page: keys and webhooks made, shown once, tried out and taken back.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';

const fixture = appFixture({ server: { environment: { Tertulia__Webhooks__AllowPrivateTargets: 'true' } } });
const received = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', part => { body += part; });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.end('thanks');
  });
});

before(() => new Promise(done => { receiver.listen(0, '127.0.0.1', done); }));
after(() => receiver.close());

const statusWith = async key => (await fetch(`${fixture.server.url}/api/meetings`, { headers: { authorization: `Bearer ${key}` } })).status;

test('an API key is shown once, works, and is refused once it is revoked', async () => {
  const ada = await fixture.open('Ada');
  await ada.signIn();
  await ada.button('Account: Default').click();
  await ada.page.getByRole('heading', { name: 'API keys' }).waitFor();
  await ada.button('New key').click();
  await ada.page.getByLabel('Name', { exact: true }).fill('Backend');
  await ada.button('Make the key').click();
  const key = await ada.page.getByLabel('API key', { exact: true }).inputValue();
  assert.match(key, /^tertulia_sk_/);
  assert.equal(await statusWith(key), 200);
  await ada.button('Done').click();
  assert.ok(!(await ada.page.content()).includes(key));
  await ada.button('Revoke Backend').click();
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await ada.page.getByText('Revoked on').waitFor();
  assert.equal(await statusWith(key), 401);
});

test('a webhook is added, tried out and resent, and its log says what became of it', async () => {
  const ada = await fixture.open('Ada');
  await ada.signIn();
  await ada.visit('/account');
  await ada.page.getByText('None yet.').waitFor();
  await ada.button('New webhook').click();
  await ada.page.getByLabel('Address').fill('ftp://example.org');
  await ada.button('Add the webhook').click();
  await ada.page.getByRole('alert').getByText('http or https').waitFor();
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  await ada.page.getByLabel('Address').fill(url);
  await ada.button('Add the webhook').click();
  const secret = await ada.page.getByLabel('Secret', { exact: true }).inputValue();
  await ada.button('Done').click();
  await ada.button(`Send a test to ${url}`).click();
  await until('the test arrived', () => received.length === 1);
  const { headers, body } = received[0];
  const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64');
  assert.equal(headers['webhook-signature'], `v1,${expected}`);

  await ada.button(`Deliveries of ${url}`).click();
  const dialog = ada.page.getByRole('dialog');
  await until('it is delivered', async () => {
    await dialog.getByRole('button', { name: 'Refresh' }).click();
    return dialog.getByText('Delivered').isVisible();
  });
  await dialog.getByRole('button', { name: /^Details of ping/ }).click();
  await dialog.getByText('thanks').waitFor();
  await dialog.getByRole('button', { name: /^Resend ping/ }).click();
  await until('it arrived again', () => received.length === 2);
  assert.equal(received[1].body, body);
  await dialog.getByRole('button', { name: 'Close' }).click();

  await ada.button(`Disable ${url}`).click();
  await ada.page.getByText('Disabled', { exact: true }).waitFor();
  await ada.button(`Delete ${url}`).click();
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await ada.page.getByText('None yet.').waitFor();
});

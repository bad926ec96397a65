// Recording from the web app: a host starts it, everybody sees that it is on, and afterwards there is a page with the film.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';

const fixture = appFixture();

test('a host records, everybody sees it, and the film is on its page', { timeout: 180_000 }, async () => {
  const host = await fixture.open('Hanna');
  await host.signIn();
  const meetingId = await host.create('Recorded round');
  await host.enter();
  const guest = await (await fixture.open('Gil')).enter(meetingId);

  await host.button('More').last().click();
  await host.page.getByRole('menuitem', { name: 'Record the meeting' }).click();
  for (const visitor of [host, guest]) {
    await visitor.page.getByTestId('recording-sign').waitFor();
    await visitor.page.getByTestId('recording-notice').getByText('Hanna records this meeting').waitFor();
  }
  await guest.button('I agree').click();
  await guest.page.getByTestId('recording-notice').waitFor({ state: 'detached' });
  await guest.button('More').last().click();
  assert.equal(await guest.page.getByRole('menuitem', { name: /record/i }).count(), 0);
  await guest.page.keyboard.press('Escape');
  const late = await (await fixture.open('Lea')).enter(meetingId);
  await late.page.getByTestId('recording-sign').waitFor();
  await late.page.getByTestId('recording-notice').getByRole('button', { name: 'Leave' }).click();
  await host.say('for the record');

  await host.button('More').last().click();
  await host.page.getByRole('menuitem', { name: 'Stop recording' }).click();
  await guest.page.getByTestId('recording-sign').waitFor({ state: 'detached' });
  await host.page.getByText('The recording is ready').waitFor({ timeout: 60_000 });

  await host.visit(`/recordings/${meetingId}`);
  await host.page.getByRole('heading', { name: 'Recorded round' }).waitFor();
  const film = host.page.getByTestId('player');
  await film.waitFor();
  await until('the film can be played', async () => (await film.evaluate(video => video.duration)) > 1);
  await host.page.getByText('for the record').waitFor();
  await host.page.getByRole('link', { name: /Everybody/ }).waitFor();
  await host.button('Make: Sound only').click();
  await host.page.getByRole('link', { name: /Sound only/ }).waitFor({ timeout: 60_000 });
  await host.button('Delete', { exact: true }).click();
  await host.button('Delete for good').click();
  await host.page.getByText('This meeting has not been recorded.').waitFor();

  await guest.visit(`/recordings/${meetingId}`);
  await guest.page.getByRole('heading', { name: 'Start a meeting' }).waitFor();
});

// Recording from the web app: a host starts it, everybody sees that it is on, and afterwards there is a page with the film.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { coloursAt } from '../lib/movie.js';
import { until } from '../lib/wait.js';

const fixture = appFixture();

// Runs in the page before the app: the screen that is shared is blue, with something that moves.
function shareBlue() {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const brush = canvas.getContext('2d');
    setInterval(() => {
      brush.fillStyle = '#0000d0';
      brush.fillRect(0, 0, 1280, 720);
      brush.fillStyle = 'white';
      brush.fillRect((performance.now() / 5) % 1280, 700, 20, 20);
    }, 100);
    return canvas.captureStream(10);
  };
}

/** The moments of a film, in steps of half a second, in which the place of a large screen is blue. */
async function blueMoments(url, duration) {
  const folder = await mkdtemp(join(tmpdir(), 'tertulia-film-'));
  try {
    const file = join(folder, 'film.mp4');
    await writeFile(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
    const moments = [];
    for (let at = 0.5; at < duration - 0.2; at += 0.5) if ((await coloursAt(file, at, [[500, 300]]))[0] === 'blue') moments.push(at);
    return moments;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a host records, everybody sees it, and the film is on its page', { timeout: 180_000 }, async () => {
  const host = await fixture.open('Hanna');
  await host.page.addInitScript(shareBlue);
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
  await host.button('Share screen').click();
  await guest.page.locator('[data-testid=tile][data-kind=screen]').waitFor();
  await until('guests see the screen', async () => (await guest.received())[host.id]?.screen > 10);
  await host.button('Stop sharing').first().click();
  await guest.page.locator('[data-testid=tile][data-kind=screen]').waitFor({ state: 'detached' });
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
  const { src, duration } = await film.evaluate(video => ({ src: video.src, duration: video.duration }));
  const blue = await blueMoments(src, duration);
  console.log(`# the screen is large in ${blue.length} of ${Math.floor(duration * 2)} half seconds of the film`);
  assert.ok(blue.length >= 1 && blue.length < duration * 2 - 1, `${blue} of ${duration}`);
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

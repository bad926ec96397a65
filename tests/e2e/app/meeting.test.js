// A meeting in the web app, from the sign-in to its end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';
import { visitorsSeeAndHear } from '../lib/visitor.js';

const fixture = appFixture();

test('whoever is signed in starts a meeting, guests come by the link, and everyone sees and hears everyone', async () => {
  const ada = await fixture.open('Ada');
  await ada.signIn();
  const meetingId = await ada.create('Autumn plans');
  await ada.enter();
  const bob = await (await fixture.open('Bob')).enter(meetingId);
  const cleo = await (await fixture.open('Cleo')).enter(meetingId);

  await visitorsSeeAndHear([ada, bob, cleo]);
  for (const visitor of [ada, bob, cleo]) {
    await visitor.page.getByRole('heading', { name: 'Autumn plans' }).waitFor();
    assert.deepEqual((await visitor.tileNames()).sort(), ['Ada', 'Bob', 'Cleo'].map(name => (name === visitor.name ? `${name} (you)` : name)));
  }

  // One voice and one camera go up, the camera in layers, however many are there.
  const sent = await ada.sent();
  assert.equal(sent.filter(({ kind }) => kind === 'audio').length, 1);
  assert.ok(sent.filter(({ kind }) => kind === 'video').every(({ rid }) => ['q', 'h', 'f'].includes(rid)), JSON.stringify(sent));

  await bob.button('Leave').click();
  await bob.isGone('You left the meeting');
  await until('the tile is gone', async () => (await ada.tile(bob).count()) === 0, { within: 4_000 });
  await visitorsSeeAndHear([ada, cleo]);

  await ada.button('Leave').click();
  await ada.page.getByRole('menuitem', { name: 'End for everybody' }).click();
  await ada.isGone('The meeting has ended');
  await cleo.isGone('The meeting has ended');
  await bob.button('Join again').click();
  await bob.isGone('The meeting has ended');
});

test('chat reaches everyone as text, counts as unread where it is closed, and waits for those who come later', async () => {
  const { meetingId, visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob']);
  await ada.say('The notes: https://example.org/notes.');
  await ada.say('<img src=x onerror="document.title=1"><b>bold</b>');
  await until('Bob has two unread', async () => (await bob.page.getByTestId('unread').first().textContent()) === '2');
  await bob.button('Chat, 2 unread').first().click();
  const said = ['The notes: https://example.org/notes.', '<img src=x onerror="document.title=1"><b>bold</b>'];
  assert.deepEqual(await bob.messages(), said);
  assert.equal(await bob.page.getByTestId('unread').count(), 0);
  assert.equal(await bob.page.locator('[data-testid=message] img, [data-testid=message] b').count(), 0);
  const link = bob.page.getByRole('link', { name: 'https://example.org/notes' });
  assert.equal(await link.getAttribute('href'), 'https://example.org/notes');
  assert.match(await link.getAttribute('rel'), /noopener/);

  const cleo = await (await fixture.open('Cleo')).enter(meetingId);
  assert.equal(await cleo.page.getByTestId('unread').count(), 0);
  await cleo.press('c');
  await until('Cleo reads what was said before', async () => (await cleo.messages()).length === 2);
  assert.deepEqual(await cleo.messages(), said);
});

test('muting and turning the camera off are seen by the others, and both come back', async () => {
  const { visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob']);
  await visitorsSeeAndHear([ada, bob]);
  await ada.press('m');
  await bob.tile(ada).getByTestId('muted').waitFor();
  await ada.press('v');
  await until('Bob sees initials in place of the picture', async () => (await bob.tile(ada).locator('video').count()) === 0);
  assert.equal(await ada.page.evaluate(() => document.querySelectorAll('[data-testid=tile] video').length), 1); // only Bob's: the own camera is closed
  await ada.button('Unmute microphone').click();
  await ada.button('Start camera').click();
  await until('the sign is gone', async () => (await bob.tile(ada).getByTestId('muted').count()) === 0);
  await visitorsSeeAndHear([ada, bob]);
});

test('a shared screen comes beside the camera, large, and goes when the browser’s own button stops it', async () => {
  const { visitors: [ada, bob, cleo] } = await fixture.meet(['Ada', 'Bob', 'Cleo']);
  await ada.press('s');
  for (const visitor of [bob, cleo]) {
    await visitor.tile(ada, 'screen').waitFor();
    await until(`${visitor.name} sees the screen`, async () => (await visitor.received())[ada.id].screen > 5);
    const large = await visitor.tile(ada, 'screen').boundingBox();
    const small = await visitor.tile(ada).boundingBox();
    assert.ok(large.width > 2 * small.width, `${large.width} against ${small.width}`);
  }
  await visitorsSeeAndHear([ada, bob, cleo]); // the cameras go on

  // A latecomer sees it too.
  await bob.close();
  fixture.visitors.splice(fixture.visitors.indexOf(bob), 1);
  const dan = await (await fixture.open('Dan')).enter(new URL(ada.page.url()).pathname.split('/').at(-1));
  await until('Dan sees the screen', async () => (await dan.received())[ada.id]?.screen > 5);

  await ada.page.evaluate(() => {
    const screen = window.connections.flatMap(connection => connection.getSenders()).map(sender => sender.track).find(track => track?.contentHint === 'detail');
    screen.stop();
    screen.dispatchEvent(new Event('ended'));
  });
  await until('the screen is gone', async () => (await cleo.tile(ada, 'screen').count()) + (await dan.tile(ada, 'screen').count()) === 0);
  await ada.button('Share screen').waitFor();

  // And once more, by the button: the section of the first time is used again.
  await ada.button('Share screen').first().click();
  await until('the second share is seen', async () => (await cleo.received())[ada.id].screen > 5);
  await ada.button('Stop sharing').first().click();
  await until('it is gone again', async () => (await cleo.tile(ada, 'screen').count()) === 0);
});

test('whoever speaks is marked, hands and reactions are seen, and hosts may mute and remove', async () => {
  const ada = await fixture.open('Ada');
  await ada.signIn();
  const meetingId = await ada.create();
  await ada.enter();
  const bob = await (await fixture.open('Bob')).enter(meetingId);
  await visitorsSeeAndHear([ada, bob]);

  await ada.press('m');
  await until('Bob is the one who speaks', async () => (await ada.tile(bob).getAttribute('data-speaking')) === 'true');
  await until('Bob sees himself marked', async () => (await bob.tile(bob).getAttribute('data-speaking')) === 'true');

  await bob.press('h');
  await ada.tile(bob).getByText('Bob has raised a hand').waitFor({ state: 'attached' });
  await bob.button('Reactions').click();
  await bob.button('Applause').click();
  await ada.page.getByLabel('Reactions', { exact: true }).getByText('Bob').waitFor();
  await bob.page.getByLabel('Reactions', { exact: true }).getByText('You').waitFor();

  await ada.press('p');
  const row = ada.page.getByTestId('person').filter({ hasText: 'Bob' });
  await row.getByRole('button', { name: 'Actions for Bob' }).click();
  await row.getByRole('menuitem', { name: 'Mute' }).click();
  await bob.page.getByText('Ada muted you').waitFor();
  await bob.button('Unmute microphone').waitFor();
  await ada.tile(bob).getByTestId('muted').waitFor();

  await row.getByRole('button', { name: 'Actions for Bob' }).click();
  await row.getByRole('menuitem', { name: 'Remove from the meeting' }).click();
  await bob.isGone('You were removed from the meeting');
  await until('the tile is gone', async () => (await ada.tile(bob).count()) === 0);

  // Guests have no such menu.
  const cleo = await (await fixture.open('Cleo')).enter(meetingId);
  await cleo.press('p');
  await cleo.page.getByTestId('person').filter({ hasText: 'Ada' }).waitFor();
  assert.equal(await cleo.page.getByTestId('person').getByRole('button').count(), 0);
});

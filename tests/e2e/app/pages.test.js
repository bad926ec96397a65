// The pages around a meeting, and how the app behaves at a small width, by keyboard and for a screen reader.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.js';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';
import { visitorsSeeAndHear } from '../lib/visitor.js';

const fixture = appFixture();
const phone = { viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true };

test('the start page tells strangers how to sign in and lets them join by link, and greets those signed in', async () => {
  const ada = await fixture.open('Ada');
  await ada.visit('/');
  await ada.page.getByRole('heading', { name: 'Start a meeting' }).waitFor();
  await ada.page.getByText('sign-in link').waitFor();
  await assertAccessible(ada);
  await ada.button('Go to the meeting').click();
  await ada.page.getByRole('alert').waitFor();
  const meetingId = await fixture.createMeeting({}, 'By link');
  await ada.page.getByLabel('Meeting link or ID').fill(`${fixture.server.url}/join/${meetingId}`);
  await ada.button('Go to the meeting').click();
  await ada.page.getByRole('heading', { name: 'By link' }).waitFor();
  await ada.page.goBack();
  await ada.page.getByRole('heading', { name: 'Start a meeting' }).waitFor();

  await ada.signIn();
  await assertAccessible(ada);
  const stored = await ada.page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]));
  assert.ok(!stored.includes(fixture.server.key), 'no API key in the page');
  assert.ok(!stored.includes('tertulia_session'), 'the session cookie is out of reach of scripts');
  await ada.button('Sign out').click();
  await ada.page.getByRole('heading', { name: 'Start a meeting' }).waitFor();
});

test('unknown, ended and full meetings say so, and a full one lets in when somebody leaves', async () => {
  const ada = await fixture.open('Ada');
  await ada.visit('/join/mtg_000000000000');
  await ada.isGone('There is no such meeting');
  await assertAccessible(ada);

  const ended = await fixture.createMeeting();
  await fixture.server.call('POST', `/api/meetings/${ended}/end`);
  await ada.visit(`/join/${ended}`);
  await ada.isGone('The meeting has ended');

  const small = await fixture.createMeeting({ maxParticipants: 1 });
  const bob = await (await fixture.open('Bob')).enter(small);
  await ada.visit(`/join/${small}`);
  await ada.isGone('The meeting is full');
  await bob.close();
  fixture.visitors.splice(fixture.visitors.indexOf(bob), 1);
  await until('there is room again', async () => (await fixture.server.call('GET', `/api/meetings/${small}/public`, undefined, null)).json.participantCount === 0);
  await ada.button('Try again').click();
  await ada.enter();

  const locked = await fixture.createMeeting({ access: 'key' });
  const cleo = await fixture.open('Cleo');
  await cleo.visit(`/join/${locked}`);
  await cleo.page.getByLabel('Your name').fill('Cleo');
  await cleo.button('Join the meeting').click();
  await cleo.isGone('This meeting is by invitation only');

  await ada.visit('/nowhere/at/all');
  await ada.isGone('There is nothing here');
});

test('the lobby shows the own picture and level, keeps the name, and explains a refused permission', async () => {
  const meetingId = await fixture.createMeeting();
  const ada = await fixture.open('Ada');
  await ada.visit(`/join/${meetingId}`);
  await until('the own picture moves', async () => ada.page.locator('video').evaluate(video => video.videoWidth > 0 && video.currentTime > 0));
  await until('the level moves', async () => ada.page.getByTestId('level').locator('span').evaluate(bar => Number.parseFloat(getComputedStyle(bar).scale) > 0.2));
  await assertAccessible(ada);
  await ada.page.getByLabel('Your name').fill('');
  await ada.button('Join the meeting').click();
  await ada.page.getByText('Please say who you are.').waitFor();
  await ada.button('Turn camera off').click();
  await ada.enter(undefined, { camera: false });
  assert.equal(await ada.page.locator('video').count(), 0);
  await ada.close();
  fixture.visitors.splice(fixture.visitors.indexOf(ada), 1);

  const bob = await fixture.open('Bob');
  await bob.page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await bob.visit(`/join/${meetingId}`);
  await bob.page.getByText('The browser blocks the camera and microphone').waitFor();
  await bob.page.getByLabel('Your name').fill('Bob');
  await bob.button('Join the meeting').click(); // seeing, hearing and writing need no device
  await bob.page.getByTestId('tile').first().waitFor();
});

test('everything can be had by keyboard, and no key is taken while typing', async () => {
  const { visitors: [ada, bob] } = await fixture.meet(['Ada', 'Bob']);
  await visitorsSeeAndHear([ada, bob]);
  await ada.press('c');
  const box = ada.page.getByRole('textbox', { name: /Write a message/ });
  await until('the chat has the focus', async () => box.evaluate(element => element === document.activeElement));
  await ada.page.keyboard.type('my view has changed');
  await ada.page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  assert.equal(await ada.button('Mute microphone').count(), 1, 'the m was typed, not acted on');

  await ada.press('?');
  await ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('dialog').waitFor({ state: 'detached' });
  await ada.press('p');
  await ada.page.getByRole('complementary', { name: /People/ }).waitFor();
  await ada.press('g');
  await ada.page.locator('[data-testid=tile][data-large]').waitFor();
  await until('Bob is shown large', async () => (await ada.tile(bob).getAttribute('data-large')) === 'true');
  await assertAccessible(ada);

  // Held down, the space bar speaks.
  await ada.press('m');
  await ada.button('Unmute microphone').waitFor();
  await ada.page.evaluate(() => document.activeElement?.blur?.());
  await ada.page.keyboard.down('Space');
  await ada.button('Mute microphone').waitFor();
  await ada.page.keyboard.up('Space');
  await ada.button('Unmute microphone').waitFor();

  // A menu opens, moves and closes by keys alone, and gives the focus back.
  await ada.button('More').last().focus();
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('menu').waitFor();
  await ada.page.keyboard.press('ArrowDown');
  await until('the second entry has the focus', async () => {
    const focused = await ada.page.evaluate(() => document.activeElement.textContent);
    return focused === 'Settings' || { holds: false, seen: focused };
  });
  await ada.page.keyboard.press('Enter');
  await ada.page.getByRole('dialog', { name: 'Settings' }).waitFor();
  await assertAccessible(ada);
  await ada.page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await until('it is dark', async () => (await ada.page.evaluate(() => document.documentElement.dataset.theme)) === 'dark');
});

test('at phone width nothing is out of reach', async () => {
  const meetingId = await fixture.createMeeting();
  const ada = await (await fixture.open('Ada')).enter(meetingId);
  const bob = await fixture.open('Bob', { context: phone });
  await bob.visit(`/join/${meetingId}`);
  await bob.button('Join the meeting').waitFor();
  await assertAccessible(bob);
  await bob.enter();
  await visitorsSeeAndHear([ada, bob]);
  await assertAccessible(bob);
  await bob.button('More').first().click();
  const menu = await bob.page.getByRole('menu').boundingBox();
  assert.ok(menu.x >= 0 && menu.x + menu.width <= 360, JSON.stringify(menu));
  await bob.page.getByRole('menuitem', { name: 'People' }).click();
  await bob.page.getByTestId('person').filter({ hasText: 'Ada' }).waitFor();
  await assertAccessible(bob);
  await bob.button('Close people (2)').click();
  await bob.button('Chat').first().click();
  await bob.page.getByRole('textbox', { name: /Write a message/ }).fill('From the train');
  await bob.button('Send').click();
  await until('Ada has it', async () => (await ada.page.getByTestId('unread').first().textContent()) === '1');
  await bob.button('Close chat').click();
  await bob.button('Leave').click();
  await bob.isGone('You left the meeting');
  await assertAccessible(bob);
});

// After the meeting: transcript and summary, each item of it with the line that proves it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.js';
import { appFixture } from '../lib/appFixture.js';
import { until } from '../lib/wait.js';

const fixture = appFixture();
const phone = { viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true };

const said = [
  ['Ada', 'The installer fails on one in ten older laptops, says the support team.'],
  ['Ada', 'Guest 1, could you fix the installer by Friday?'],
  ['Guest 1', 'Sure.'],
  ['Ada', "Let's move the release to the twentieth of March."],
  ['Guest 1', 'Agreed.'],
  // Enough that the page has to load more than once, and that evidence is out of sight.
  ...Array.from({ length: 150 }, (_, i) => ['Ada', `Remark number ${i} on the weather.`]),
  ['Ada', "I'll call the translators on Monday. <b>not bold</b>"],
];

async function withTranscript(lines = said) {
  const meetingId = await fixture.createMeeting({}, 'Release planning');
  if (lines.length > 0) {
    const imported = await fixture.server.call('POST', `/api/meetings/${meetingId}/transcript`, {
      startedAt: '2026-03-02T09:00:00Z',
      lines: lines.map(([speaker, text], i) => ({ speaker, text, start: i * 5, end: i * 5 + 4, segmentId: `s${i}` })),
    });
    assert.equal(imported.status, 200);
  }
  return meetingId;
}

test('a meeting is summarised, and every item leads to the line that proves it', async () => {
  const meetingId = await withTranscript();
  const ada = await fixture.open('Ada', { context: { acceptDownloads: true } });
  await ada.signIn();
  await ada.visit(`/review/${meetingId}`);
  await ada.page.getByRole('heading', { name: 'Release planning' }).waitFor();
  await ada.page.getByText('<b>not bold</b>').waitFor({ state: 'attached' });
  await assertAccessible(ada);

  await ada.button('Summarise the meeting').click();
  const item = ada.page.locator('ul li').filter({ hasText: 'Fix the installer by Friday' }).first();
  await item.waitFor();
  assert.match(await item.textContent(), /^Guest 1: Fix the installer by Friday.*by Fri, .*6/);
  const decision = ada.page.locator('ul li').filter({ hasText: 'twentieth of March' }).first();
  const translators = ada.page.locator('ul li').filter({ hasText: 'Call the translators' });
  await translators.getByRole('button', { name: /^Evidence at/ }).click();
  const line = ada.page.locator('[data-segment=s155]');
  await until('the line is in sight and has the focus', () => line.evaluate(element => {
    const { top, bottom } = element.getBoundingClientRect();
    return document.activeElement === element && top >= 0 && bottom <= innerHeight && element.hasAttribute('data-shown');
  }));
  await decision.getByRole('button', { name: /^Evidence at 0:15, Ada/ }).click();
  await until('another line has it', () => ada.page.locator('[data-segment=s3]').evaluate(element => document.activeElement === element));
  await assertAccessible(ada);

  const download = ada.page.waitForEvent('download');
  await ada.page.getByRole('link', { name: 'Markdown' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  assert.match(file, /- \[ \] \*\*Guest 1\*\*: Fix the installer by Friday \(by 2026-03-06\) \(0:00:05\)/);
});

test('the transcript is searched, and a corrected name reaches a new summary', async () => {
  const meetingId = await withTranscript();
  const ada = await fixture.open('Ada');
  await ada.signIn();
  await ada.visit(`/review/${meetingId}`);
  await ada.button('Summarise the meeting').click();
  await ada.page.getByLabel('Search the transcript').fill('WEATHER 149');
  await ada.page.getByText('1 of 156 lines').waitFor();
  assert.deepEqual(await ada.page.locator('mark').allTextContents(), ['149', 'weather']);
  await ada.page.getByLabel('Search the transcript').fill('');

  await ada.button('Correct the name Guest 1').first().click();
  await ada.page.getByLabel('Name', { exact: true }).fill('Ben');
  await ada.button('Correct the name', { exact: true }).click();
  await ada.page.getByRole('dialog').waitFor({ state: 'detached' });
  await ada.page.getByText('The transcript has changed').waitFor();
  await ada.button('Make it anew').click();
  await ada.page.locator('ul li').filter({ hasText: 'Ben: Fix the installer' }).waitFor();
  await ada.page.getByText('Version 2').waitFor();
});

test('a summary is edited by keyboard, what is edited says so, and what somebody else saved meanwhile is not overwritten', async () => {
  const meetingId = await withTranscript();
  const ada = await fixture.open('Ada');
  await ada.signIn();
  await ada.visit(`/review/${meetingId}`);
  await ada.button('Summarise the meeting').click();
  await ada.button('Edit', { exact: true }).click();
  const form = ada.page.getByRole('form', { name: 'Edit the summary' });
  await form.getByLabel('Task 1', { exact: true }).fill('Fix the installer and test it');
  await form.getByLabel('Who takes on task 1').fill('Ada');
  await ada.button('Add decision').click();
  await until('the new item has the focus', () => ada.page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Decision 2'));
  await ada.page.keyboard.type('Nobody works on Sundays');
  await assertAccessible(ada);
  await ada.button('Save', { exact: true }).click();
  const item = ada.page.locator('ul li').filter({ hasText: 'Ada: Fix the installer and test it' });
  await item.getByText('edited').waitFor();
  await item.getByRole('button', { name: /^Evidence at/ }).first().waitFor();
  await ada.page.getByText('Version 2, edited by hand').waitFor();
  assert.equal(await ada.page.locator('ul li').filter({ hasText: 'twentieth of March' }).first().getByText('edited').count(), 0);

  // Somebody else saves while the form is open.
  await ada.button('Edit', { exact: true }).click();
  await form.getByLabel('Decision 2', { exact: true }).fill('Nobody works on Saturdays');
  const theirs = await fixture.server.call('PATCH', `/api/meetings/${meetingId}/summary`, { keyPoints: ['Theirs'] });
  assert.equal(theirs.status, 200);
  await ada.button('Save', { exact: true }).click();
  await ada.page.getByText('Somebody saved version 3').waitFor();
  await assertAccessible(ada);
  await ada.button('Save mine as the newest').click();
  await ada.page.getByText('Version 4, edited by hand').waitFor();
  await ada.page.getByText('Nobody works on Saturdays').waitFor();
  await ada.page.getByText('Theirs').waitFor();

  await ada.button('All versions').click();
  await ada.button(/^Version 1/).click();
  await assertAccessible(ada);
  await ada.button('Bring this version back').click();
  await ada.page.getByText('Version 5, made by the built-in rules').waitFor();
  assert.equal(await ada.page.getByText('edited', { exact: true }).count(), 0);
});

test('without a transcript, a sign-in or a meeting the page says so, also on a phone', async () => {
  const meetingId = await withTranscript([]);
  const bob = await fixture.open('Bob', { context: phone });
  await bob.visit(`/review/${meetingId}`);
  await bob.page.getByRole('heading', { name: 'Only for whoever runs the meeting' }).waitFor();
  await bob.signIn();
  await bob.visit(`/review/${meetingId}`);
  await bob.page.getByText('nothing to summarise').waitFor();
  await assertAccessible(bob);
  await bob.visit(`/review/${await withTranscript()}`);
  await bob.button('Summarise the meeting').click();
  await bob.page.getByText('Action items', { exact: true }).waitFor();
  await assertAccessible(bob);
  await bob.visit('/review/mtg_000000000000');
  await bob.page.getByRole('heading', { name: 'There is no such meeting' }).waitFor();
});

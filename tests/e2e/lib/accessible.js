// Whether a page can be used by everyone: by name, by finger, without scrolling sideways.
import assert from 'node:assert/strict';

/** Controls without a name, pictures without a text, ids used twice, fields without a label: what a screen reader stumbles over. */
export const stumblingBlocks = visitor => visitor.page.evaluate(() => {
  const isShown = element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true]');
  const nameOf = element => (
    element.getAttribute('aria-label')
    ?? [...(element.labels ?? [])].map(label => label.textContent).join(' ')
  ) || (element.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' ').trim() || element.textContent.trim();
  const found = [];
  for (const control of document.querySelectorAll('button, a[href], input, select, textarea, [role=button], [role=menuitem], dialog, [role=toolbar], aside')) {
    if (isShown(control) && !nameOf(control)) found.push(`no name: ${control.outerHTML.slice(0, 120)}`);
  }
  for (const picture of document.querySelectorAll('img:not([alt]), [role=img]:not([aria-label])')) found.push(`no text: ${picture.outerHTML.slice(0, 120)}`);
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id used twice: ${id}`);
  if (document.querySelectorAll('main').length !== 1) found.push('not exactly one main');
  if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
  if (!document.documentElement.lang) found.push('no language');
  if (!document.title) found.push('no title');
  return found;
});

/** Nothing sticks out sideways, and fingers can hit what is to be hit. */
export const sideways = visitor => visitor.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
export const tooSmall = visitor => visitor.page.evaluate(() => [...document.querySelectorAll('button, select, input:not([type=radio])')]
  .filter(element => element.checkVisibility())
  // Of a check box its whole label is to be hit.
  .map(element => ({ box: ((element.type === 'checkbox' && element.closest('label')) || element).getBoundingClientRect(), name: element.getAttribute('aria-label') ?? element.textContent }))
  .filter(({ box }) => box.height < 34 || box.width < 34)
  .map(({ name, box }) => `${name}: ${Math.round(box.width)}×${Math.round(box.height)}`));

export async function assertAccessible(visitor) {
  assert.deepEqual(await stumblingBlocks(visitor), []);
  assert.equal(await sideways(visitor), 0);
  assert.deepEqual(await tooSmall(visitor), []);
}

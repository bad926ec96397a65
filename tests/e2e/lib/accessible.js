// Whether a page can be used by everyone: by name, by finger, without scrolling sideways.
import assert from 'node:assert/strict';
import axe from 'axe-core';

/** What breaks WCAG 2.2 AA or axe's good practice: missing names, weak contrast in light or dark, wrong roles, lost landmarks. */
export async function stumblingBlocks({ page }) {
  // The page's content security policy refuses script elements; what the debugger evaluates is not under it.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(`(() => { ${axe.source} })()`);
  // What is just fading in, or from one theme into the other, has no contrast yet.
  const still = await page.evaluateHandle(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets.push(sheet);
    return sheet;
  });
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(async () => {
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return (await window.axe.run()).violations;
    });
    for (const { id, help, nodes } of violations) {
      for (const { html, any } of nodes) found.push(`${colorScheme}: ${id} (${help}): ${html.slice(0, 160)} ${any.map(({ message }) => message).join('; ')}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await still.evaluate(sheet => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== sheet); });
  return found;
}

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

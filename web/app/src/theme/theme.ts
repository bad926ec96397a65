import { remember, remembered } from '../util/remembered.js';
import { Store } from '@tertulia/client';

export type ThemeChoice = 'system' | 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** What the person chose; the page shows it through `data-theme` on the root element. */
export const themeChoice = new Store<ThemeChoice>(readChoice());

export function chooseTheme(choice: ThemeChoice): void {
  remember('theme', choice);
  themeChoice.set(choice);
}

/** The two themes themselves, with "system" resolved. */
export function shownTheme(): 'light' | 'dark' {
  const choice = themeChoice.get();
  return choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
}

export function startTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset['theme'] = shownTheme();
  };
  apply();
  themeChoice.subscribe(apply);
  dark.addEventListener('change', apply);
}

function readChoice(): ThemeChoice {
  const choice = remembered('theme');
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}

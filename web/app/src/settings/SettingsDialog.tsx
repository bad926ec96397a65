import { useMeeting, useStore } from '@tertulia/react';
import type { ReactNode } from 'react';
import { DevicePickers } from '../media/DevicePickers.js';
import { chooseTheme, themeChoice, type ThemeChoice } from '../theme/theme.js';
import { Dialog } from '../ui/Dialog.js';
import styles from './Settings.module.css';

const THEMES: readonly [ThemeChoice, string][] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function SettingsDialog({ onClose }: { onClose(): void }): ReactNode {
  const { media } = useMeeting();
  const theme = useStore(themeChoice);
  return (
    <Dialog title="Settings" onClose={onClose}>
      <DevicePickers media={media} />
      <fieldset className={styles.themes}>
        <legend>Colours</legend>
        {THEMES.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name="theme" value={value} checked={theme === value} onChange={() => chooseTheme(value)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}

import type { ReactNode } from 'react';
import { Dialog } from '../ui/Dialog.js';
import styles from './Settings.module.css';

const SHORTCUTS: readonly [string, string][] = [
  ['M', 'Microphone on or off'],
  ['Space', 'Hold to talk while muted'],
  ['V', 'Camera on or off'],
  ['S', 'Share the screen, or stop'],
  ['H', 'Raise or lower the hand'],
  ['C', 'Chat'],
  ['P', 'People'],
  ['L', 'Live captions on or off, where there are some'],
  ['T', 'Transcript, where there is one'],
  ['G', 'Grid or speaker view'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
];

export function ShortcutsDialog({ onClose }: { onClose(): void }): ReactNode {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.shortcuts}>
        {SHORTCUTS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

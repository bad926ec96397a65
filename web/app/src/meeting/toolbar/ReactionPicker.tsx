import { useMeeting } from '@tertulia/react';
import { Smile } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './Toolbar.module.css';

const REACTIONS = [
  ['👍', 'Thumbs up'],
  ['👏', 'Applause'],
  ['❤️', 'Heart'],
  ['😂', 'Laughing'],
  ['😮', 'Astonished'],
  ['🎉', 'Celebration'],
] as const;

/** A row of reactions that stays open for several. */
export function ReactionPicker(): ReactNode {
  const client = useMeeting();
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLButtonElement>('[data-reaction]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      trigger.current?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escape);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escape);
    };
  }, [isOpen]);

  return (
    <div ref={root} className={styles.reactions}>
      <button
        ref={trigger}
        type="button"
        className={`${styles.tool} ${isOpen ? styles.pressed : ''}`}
        aria-label="Reactions"
        aria-expanded={isOpen}
        title="Reactions"
        onClick={() => setOpen(!isOpen)}
      >
        <Smile aria-hidden="true" />
      </button>
      {isOpen && (
        <div className={styles.picker} role="group" aria-label="Send a reaction">
          {REACTIONS.map(([emoji, name]) => (
            <button key={emoji} type="button" data-reaction aria-label={name} title={name} onClick={() => client.react(emoji)}>
              {emoji}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

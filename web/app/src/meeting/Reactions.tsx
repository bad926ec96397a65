import { useMeeting, useMeetingEvent } from '@tertulia/react';
import { useState, type ReactNode } from 'react';
import styles from './Reactions.module.css';

interface Floating {
  id: number;
  emoji: string;
  name: string;
  /** Percent from the left. */
  x: number;
}

const SHOWN_MS = 4_000;
const MAX_SHOWN = 24;
let nextId = 0;

/** Reactions rise over the pictures, with the name of whoever sent them. */
export function Reactions(): ReactNode {
  const client = useMeeting();
  const [list, setList] = useState<readonly Floating[]>([]);
  useMeetingEvent('reaction', ({ peerId, emoji }) => {
    const { self, others } = client.participants.get();
    const name = peerId === self?.peerId ? 'You' : (others.find((other) => other.peerId === peerId)?.displayName ?? '');
    const id = nextId++;
    setList((old) => [...old.slice(1 - MAX_SHOWN), { id, emoji, name, x: 6 + Math.random() * 24 }]);
    setTimeout(() => setList((old) => old.filter((item) => item.id !== id)), SHOWN_MS);
  });
  return (
    <div className={styles.layer} role="log" aria-live="polite" aria-label="Reactions">
      {list.map(({ id, emoji, name, x }) => (
        <div key={id} className={styles.reaction} style={{ left: `${x}%` }}>
          <span className={styles.emoji}>{emoji}</span>
          <span className={styles.name}>{name}</span>
        </div>
      ))}
    </div>
  );
}

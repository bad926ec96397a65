import { useRef, type ReactNode } from 'react';
import styles from './LevelMeter.module.css';
import { perceived, useLevel } from './useLevel.js';

/** A bar that moves with one's voice. */
export function LevelMeter({ track, onLevel }: { track: MediaStreamTrack | null; onLevel?: (level: number) => void }): ReactNode {
  const bar = useRef<HTMLSpanElement>(null);
  useLevel(track, (level) => {
    bar.current?.style.setProperty('scale', `${perceived(level)} 1`);
    onLevel?.(level);
  });
  return (
    <span className={styles.meter} aria-hidden="true" data-testid="level">
      <span ref={bar} />
    </span>
  );
}

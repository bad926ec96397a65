import type { ReactNode } from 'react';
import styles from './Logo.module.css';

const SEATS = [
  [16, 5.4],
  [26.08, 12.72],
  [22.23, 24.58],
  [9.77, 24.58],
  [5.92, 12.72],
] as const;

/** Five people around a table. */
export function Logo(): ReactNode {
  return (
    <span className={styles.logo}>
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
        <circle cx="16" cy="16" r="5" className={styles.table} />
        {SEATS.map(([x, y], index) => (
          <circle key={index} cx={x} cy={y} r="3.3" className={index === 0 ? styles.speaker : styles.seat} />
        ))}
      </svg>
      Tertulia
    </span>
  );
}

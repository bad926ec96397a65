import type { ReactNode } from 'react';
import { colorIndex, initials } from '../util/names.js';
import styles from './Avatar.module.css';

const COLORS = 8;

/** A disc with initials; its colour stays with the name. */
export function Avatar({ name, size = 'normal' }: { name: string; size?: 'normal' | 'fill' }): ReactNode {
  return (
    <span className={`${styles.avatar} ${styles[size]} ${styles[`c${colorIndex(name, COLORS)}`]}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

import type { ReactNode } from 'react';
import styles from './Toolbar.module.css';

interface Props {
  label: string;
  icon: ReactNode;
  /** The key that does the same. */
  shortcut?: string;
  isPressed?: boolean;
  /** Drawn as switched off, as a muted microphone is. */
  isOff?: boolean;
  count?: number;
  className?: string | undefined;
  onClick(): void;
}

export function ToolButton({ label, icon, shortcut, isPressed, isOff = false, count = 0, className, onClick }: Props): ReactNode {
  const classes = [styles.tool, isOff && styles.off, isPressed && styles.pressed, className].filter(Boolean).join(' ');
  return (
    <button
      type="button"
      className={classes}
      aria-label={label}
      aria-pressed={isPressed}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
      onClick={onClick}
    >
      {icon}
      {count > 0 && (
        <span className={styles.count} aria-hidden="true" data-testid="unread">
          {count > 99 ? '99+' : count}
        </span>
      )}
    </button>
  );
}

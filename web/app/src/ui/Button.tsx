import type { ComponentProps, ReactNode } from 'react';
import styles from './Button.module.css';

interface Props extends ComponentProps<'button'> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  size?: 'normal' | 'large' | 'small';
  icon?: ReactNode;
  busy?: boolean;
}

export function Button({ kind = 'plain', size = 'normal', icon, busy = false, className, children, disabled, ...rest }: Props): ReactNode {
  const classes = [styles.button, styles[kind], styles[size], className].filter(Boolean).join(' ');
  return (
    <button type="button" {...rest} className={classes} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon}
      {children}
    </button>
  );
}

import { useStore } from '@tertulia/react';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { dismissToast, toasts } from './toasts.js';
import styles from './Toasts.module.css';

export function Toasts(): ReactNode {
  const list = useStore(toasts);
  return (
    <div className={styles.list} role="status" aria-live="polite">
      {list.map(({ id, text, kind, action }) => (
        <div key={id} className={`${styles.toast} ${styles[kind]}`}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                dismissToast(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className={styles.close} aria-label="Dismiss" onClick={() => dismissToast(id)}>
            <X size={16} aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}

import { X } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import styles from './SidePanel.module.css';

/** Chat or people: beside the pictures where there is room, over them on a phone. Escape closes it. */
export function SidePanel({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }): ReactNode {
  const id = useId();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      className={styles.panel}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className={styles.header}>
        <h2 id={id}>{title}</h2>
        <button type="button" aria-label={`Close ${title.toLowerCase()}`} onClick={onClose}>
          <X size={20} aria-hidden="true" />
        </button>
      </header>
      {children}
    </aside>
  );
}

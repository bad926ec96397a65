import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import styles from './Menu.module.css';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  /** Shown at the end of the row, e.g. a shortcut. */
  note?: string;
  danger?: boolean;
  onSelect(): void;
}

interface Props {
  /** What the button is called. */
  label: string;
  button: ReactNode;
  buttonClassName?: string | undefined;
  items: readonly MenuItem[];
  side?: 'up' | 'down';
  align?: 'start' | 'end' | 'center';
}

/** A button that opens a list of actions; arrow keys, Home, End, Escape and Tab work as people expect of a menu. */
export function Menu({ label, button, buttonClassName, items, side = 'down', align = 'end' }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const menuId = useId();

  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [isOpen]);

  useLayoutEffect(() => {
    if (!isOpen) return;
    keepInWindow(root.current?.querySelector<HTMLElement>('[role=menu]'));
    // At once, so that not even the quickest arrow key finds the focus elsewhere.
    rows(root.current)[0]?.focus({ preventScroll: true });
  }, [isOpen]);

  const close = (): void => {
    setOpen(false);
    trigger.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    const all = rows(root.current);
    const index = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      all.at(target >= all.length ? 0 : target)?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      setOpen(false);
    }
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={root} className={styles.root} onKeyDown={onKeyDown}>
      <button
        ref={trigger}
        type="button"
        className={buttonClassName}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? menuId : undefined}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div id={menuId} role="menu" aria-label={label} className={`${styles.menu} ${styles[side]} ${styles[align]}`}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={item.danger ? styles.danger : undefined}
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              {item.icon}
              <span>{item.label}</span>
              {item.note && <kbd>{item.note}</kbd>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function rows(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}

const MARGIN = 8;

/** Near an edge of the window a menu is moved inwards, or opens to the other side. */
function keepInWindow(menu: HTMLElement | null | undefined): void {
  if (!menu) return;
  const { left, right, bottom } = menu.getBoundingClientRect();
  const shift = right > innerWidth - MARGIN ? innerWidth - MARGIN - right : left < MARGIN ? MARGIN - left : 0;
  if (shift !== 0) menu.style.transform = `translateX(${shift}px)`;
  if (bottom > innerHeight - MARGIN) {
    menu.style.top = 'auto';
    menu.style.bottom = 'calc(100% + 0.4rem)';
  }
}

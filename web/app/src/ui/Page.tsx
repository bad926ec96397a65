import { Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from '@tertulia/react';
import { navigate } from '../routing/router.js';
import { chooseTheme, shownTheme, themeChoice } from '../theme/theme.js';
import { Logo } from './Logo.js';
import styles from './Page.module.css';

/** The frame of every page outside a meeting. */
export function Page({ children, corner, narrow = false }: { children: ReactNode; corner?: ReactNode; narrow?: boolean }): ReactNode {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <a
          href="/"
          className={styles.home}
          aria-label="Tertulia, start page"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            navigate('/');
          }}
        >
          <Logo />
        </a>
        <div className={styles.corner}>
          {corner}
          <ThemeButton />
        </div>
      </header>
      <main className={`${styles.main} ${narrow ? styles.narrow : ''}`}>{children}</main>
    </div>
  );
}

function ThemeButton(): ReactNode {
  useStore(themeChoice);
  const next = shownTheme() === 'dark' ? 'light' : 'dark';
  const label = next === 'dark' ? 'Use dark colours' : 'Use light colours';
  return (
    <button type="button" className={styles.theme} aria-label={label} title={label} onClick={() => chooseTheme(next)}>
      {next === 'dark' ? <Moon size={20} aria-hidden="true" /> : <Sun size={20} aria-hidden="true" />}
    </button>
  );
}

import { useCaptions } from '@tertulia/react';
import { useEffect, useState, type ReactNode } from 'react';
import { colorIndex } from '../util/names.js';
import styles from './Captions.module.css';

/** How long a line stays after it last changed. */
const STAY_MS = 7000;
const MOST_LINES = 3;
const COLORS = 8;

/** The last few lines over the pictures. Screen readers hear the people themselves, so lines are not announced; they can be read. */
export function CaptionBar(): ReactNode {
  const { info, problem, lines } = useCaptions();
  const now = useNow(info?.show ?? false);
  if (!info?.show) return null;
  const recent = lines.filter((line) => now - line.changedAt < STAY_MS).slice(-MOST_LINES);
  if (problem && recent.length === 0) {
    return (
      <div className={styles.bar} role="status">
        <p className={styles.problem}>No captions: {problem}</p>
      </div>
    );
  }
  if (recent.length === 0) return null;
  return (
    <div className={styles.bar} role="log" aria-label="Captions" aria-live="off">
      {recent.map((line) => (
        <p key={line.segmentId} data-final={line.isFinal}>
          <b className={styles[`c${colorIndex(line.speaker, COLORS)}`]}>{line.speaker}</b> {line.text}
        </p>
      ))}
    </div>
  );
}

/** The time, looked at twice a second while anybody needs it. */
function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now;
}

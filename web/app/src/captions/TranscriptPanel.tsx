import { useCaptions, useMeeting } from '@tertulia/react';
import { Captions } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { SidePanel } from '../meeting/SidePanel.js';
import { Button } from '../ui/Button.js';
import { colorIndex } from '../util/names.js';
import styles from './Captions.module.css';
import { languageName } from './languages.js';

const COLORS = 8;

/** What was said since we came, following live; and the choice of language and captions. */
export function TranscriptPanel({ onClose }: { onClose(): void }): ReactNode {
  const { info, problem, lines } = useCaptions();
  const client = useMeeting();
  const list = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  // Whoever reads back is not torn away by a new line.
  useLayoutEffect(() => {
    if (isAtEnd) toEnd();
  }, [lines, isAtEnd]);
  if (!info) return null;

  return (
    <SidePanel title="Transcript" onClose={onClose}>
      <div className={styles.choices}>
        <label className={styles.switch}>
          <input type="checkbox" checked={info.show} onChange={(event) => client.setCaptions({ show: event.target.checked })} />
          <span>Captions over the pictures</span>
        </label>
        {info.languages.length > 1 && (
          <label className={styles.language}>
            <span>I speak</span>
            <select value={info.language} onChange={(event) => client.setCaptions({ language: event.target.value })}>
              {!info.languages.includes(info.language) && <option value={info.language}>{languageName(info.language)}</option>}
              {info.languages.map((tag) => (
                <option key={tag} value={tag}>
                  {languageName(tag)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem && (
        <p className={styles.notice} role="status">
          {problem}
        </p>
      )}
      <div
        ref={list}
        className={styles.list}
        role="log"
        aria-label="What was said"
        aria-live="off"
        // Scrollable regions must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={({ currentTarget: box }) => setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < 40)}
      >
        {lines.length === 0 ? (
          <div className={styles.empty}>
            <Captions size={32} aria-hidden="true" />
            <p>{info.show ? 'Nothing said yet.' : 'Switch captions on to read along. The whole transcript is kept in any case.'}</p>
          </div>
        ) : (
          <ol>
            {lines.map((line) => (
              <li key={line.segmentId} data-final={line.isFinal}>
                <span className={styles.head}>
                  <b className={styles[`c${colorIndex(line.speaker, COLORS)}`]}>{line.speaker}</b>
                  <time dateTime={line.time.toISOString()}>{line.time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}</time>
                </span>
                {line.text}
              </li>
            ))}
          </ol>
        )}
      </div>
      {!isAtEnd && (
        <span className={styles.newest}>
          <Button size="small" onClick={toEnd}>
            To the newest
          </Button>
        </span>
      )}
    </SidePanel>
  );
}

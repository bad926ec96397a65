import type { TranscriptLine } from '@tertulia/client';
import { Pencil, Search } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './Review.module.css';
import { RenameDialog } from './RenameDialog.js';
import { clock, marked, search } from './text.js';

interface Props {
  meetingId: string;
  lines: readonly TranscriptLine[];
  isComplete: boolean;
  /** The line to bring into view; `count` changes each time it is asked for. */
  shown: { segmentId: string; count: number } | null;
  /** A moment was chosen, in seconds since the meeting's start. */
  onSeek(offset: number): void;
  onRenamed(): void;
}

export function TranscriptView({ meetingId, lines, isComplete, shown, onSeek, onRenamed }: Props): ReactNode {
  const [sought, setSought] = useState('');
  const deferred = useDeferredValue(sought);
  const [renaming, setRenaming] = useState<TranscriptLine | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const found = search(lines, deferred);

  useEffect(() => {
    if (!shown) return;
    setSought('');
    // After the search, which may have hidden the line, is undone.
    requestAnimationFrame(() => {
      const line = list.current?.querySelector<HTMLElement>(`[data-segment="${CSS.escape(shown.segmentId)}"]`);
      line?.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
      line?.focus({ preventScroll: true });
    });
  }, [shown]);

  return (
    <section className={styles.transcript} aria-labelledby="transcript-heading">
      <div className={styles.bar}>
        <h2 id="transcript-heading">Transcript</h2>
        {lines.length > 0 && (
          <label className={styles.search}>
            <Search size={16} aria-hidden="true" />
            <input type="search" aria-label="Search the transcript" placeholder="Search" value={sought} onChange={(event) => setSought(event.target.value)} />
          </label>
        )}
      </div>
      <p className={styles.status} aria-live="polite">
        {deferred.trim() !== '' && `${found.length} of ${lines.length} lines`}
        {!isComplete && 'Loading …'}
      </p>
      {isComplete && lines.length === 0 ? (
        <p className={styles.empty}>Nothing was written down. Captions are switched on when a meeting is created, and everything said from then on is kept here.</p>
      ) : (
        <ol ref={list} className={styles.lines}>
          {found.map((line) => (
            <Line key={line.segmentId} line={line} sought={deferred} isShown={line.segmentId === shown?.segmentId} onSeek={onSeek} onRename={setRenaming} />
          ))}
        </ol>
      )}
      {renaming && (
        <RenameDialog
          meetingId={meetingId}
          line={renaming}
          onClose={() => setRenaming(null)}
          onRenamed={() => {
            setRenaming(null);
            onRenamed();
          }}
        />
      )}
    </section>
  );
}

interface LineProps {
  line: TranscriptLine;
  sought: string;
  isShown: boolean;
  onSeek(offset: number): void;
  onRename(line: TranscriptLine): void;
}

const Line = memo(function Line({ line, sought, isShown, onSeek, onRename }: LineProps): ReactNode {
  return (
    <li className={styles.line} data-segment={line.segmentId} data-shown={isShown || undefined} tabIndex={-1}>
      <button type="button" className={styles.time} aria-label={`Go to ${clock(line.start)}`} onClick={() => onSeek(line.start)}>
        {clock(line.start)}
      </button>
      <div>
        <span className={styles.speaker}>
          {line.speaker}
          <button type="button" className={styles.rename} aria-label={`Correct the name ${line.speaker}`} title="Correct the name" onClick={() => onRename(line)}>
            <Pencil size={14} aria-hidden="true" />
          </button>
        </span>
        <p>
          {marked(line.text, sought).map((piece, index) =>
            // Pieces of a text have no other identity than their place.
            // oxlint-disable-next-line react/no-array-index-key
            piece.isHit ? <mark key={index}>{piece.text}</mark> : piece.text,
          )}
        </p>
      </div>
    </li>
  );
});

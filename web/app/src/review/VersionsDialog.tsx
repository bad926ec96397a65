import type { Summary } from '@tertulia/client';
import { useEffect, useState, type ReactNode } from 'react';
import { api } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { Dialog } from '../ui/Dialog.js';
import styles from './Review.module.css';
import { explain, madeBy } from './text.js';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

interface Props {
  meetingId: string;
  newest: Summary;
  onRestored(summary: Summary): void;
  onClose(): void;
}

/** All versions of a summary, the newest first; an earlier one is looked at, and brought back as a new one. */
export function VersionsDialog({ meetingId, newest, onRestored, onClose }: Props): ReactNode {
  const [versions, setVersions] = useState<readonly Summary[] | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let isGone = false;
    api.summaries(meetingId).then(
      (all) => isGone || setVersions(all.toReversed()),
      (error: unknown) => isGone || setProblem(explain(error)),
    );
    return () => {
      isGone = true;
    };
  }, [meetingId]);

  const restore = async (version: number): Promise<void> => {
    setBusy(true);
    try {
      onRestored(await api.editSummary(meetingId, { restore: version, version: newest.version }));
    } catch (error) {
      setBusy(false);
      setProblem(explain(error));
    }
  };

  return (
    <Dialog title="Versions of this summary" onClose={onClose}>
      <div aria-live="polite" className={styles.status}>
        {problem ? <p className={styles.problem}>{problem}</p> : versions === null && <p>Loading …</p>}
      </div>
      <ol className={styles.versions}>
        {versions?.map((summary) => (
          <li key={summary.version}>
            <button type="button" className={styles.version} aria-expanded={shown === summary.version} onClick={() => setShown(shown === summary.version ? null : summary.version)}>
              <strong>Version {summary.version}</strong> {madeBy(summary)}, {when.format(new Date(summary.createdAt))}
            </button>
            {shown === summary.version && (
              <div className={styles.past}>
                <Items title="Key points" items={summary.keyPoints} />
                <Items title="Decisions" items={summary.decisions} />
                <Items title="Action items" items={summary.actionItems.map(({ assignee, task, dueDate }) => `${assignee === null ? '' : `${assignee}: `}${task}${dueDate ? ` (by ${dueDate})` : ''}`)} />
                {summary.version !== newest.version && (
                  <Button size="small" busy={busy} onClick={() => void restore(summary.version)}>
                    Bring this version back
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

function Items({ title, items }: { title: string; items: readonly string[] }): ReactNode {
  if (items.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {items.map((item, index) => (
          // The items of a version never change places.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>{item}</li>
        ))}
      </ul>
    </>
  );
}

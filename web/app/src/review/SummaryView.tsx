import type { EvidenceQuote, Summary } from '@tertulia/client';
import { Check, Copy, Download, History, Pencil, RefreshCw, Sparkles } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { api } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { toast } from '../ui/toasts.js';
import { copyText } from '../util/clipboard.js';
import styles from './Review.module.css';
import { SummaryEditor } from './SummaryEditor.js';
import { actionsAsMarkdown, clock, explain, madeBy } from './text.js';
import { VersionsDialog } from './VersionsDialog.js';

interface Props {
  meetingId: string;
  summary: Summary | null;
  /** Whoever spoke, for choosing who takes something on. */
  people: readonly string[];
  hasTranscript: boolean;
  isLoaded: boolean;
  onMade(summary: Summary): void;
  onEvidence(quote: EvidenceQuote): void;
}

export function SummaryView({ meetingId, summary, people, hasTranscript, isLoaded, onMade, onEvidence }: Props): ReactNode {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [mode, setMode] = useState<'reading' | 'editing' | 'versions'>('reading');
  const edit = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  // Whoever was writing goes on from where they began.
  useEffect(() => {
    if (wasEditing.current && mode === 'reading') edit.current?.focus();
    wasEditing.current = mode === 'editing';
  }, [mode]);
  const take = (changed: Summary): void => {
    setMode('reading');
    onMade(changed);
  };

  const make = async (regenerate: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      onMade(await api.createSummary(meetingId, regenerate));
    } catch (error) {
      setProblem(explain(error));
    }
    setBusy(false);
  };

  return (
    <section className={styles.summary} aria-labelledby="summary-heading">
      <div className={styles.bar}>
        <h2 id="summary-heading">Summary</h2>
        {summary && mode !== 'editing' && (
          <div className={styles.exports}>
            <Button ref={edit} kind="quiet" size="small" disabled={busy} icon={<Pencil size={16} aria-hidden="true" />} onClick={() => setMode('editing')}>
              Edit
            </Button>
            {hasTranscript && (
              <Button kind="quiet" size="small" busy={busy} icon={<RefreshCw size={16} aria-hidden="true" />} onClick={() => void make(true)}>
                Make it anew
              </Button>
            )}
          </div>
        )}
      </div>
      <div aria-live="polite" className={styles.status}>
        {busy && <p>Reading the transcript …</p>}
        {problem && <p className={styles.problem}>{problem}</p>}
        {!busy && summary?.outdated && hasTranscript && <p>The transcript has changed since this summary was made.</p>}
      </div>
      {summary && mode === 'editing' ? (
        <SummaryEditor
          meetingId={meetingId}
          summary={summary}
          people={people}
          onCancel={() => setMode('reading')}
          onTheirs={take}
          onSaved={(saved) => {
            take(saved);
            toast(`Saved as version ${saved.version}.`);
          }}
        />
      ) : summary ? (
        <Content meetingId={meetingId} summary={summary} onEvidence={onEvidence} onVersions={() => setMode('versions')} />
      ) : (
        isLoaded &&
        (hasTranscript ? (
          <div className={styles.empty}>
            <p>Key points, decisions and action items, each with the words that prove it.</p>
            <Button kind="primary" busy={busy} icon={<Sparkles size={18} aria-hidden="true" />} onClick={() => void make(false)}>
              Summarise the meeting
            </Button>
          </div>
        ) : (
          <p className={styles.empty}>Nothing was written down in this meeting, so there is nothing to summarise.</p>
        ))
      )}
      {summary && mode === 'versions' && <VersionsDialog meetingId={meetingId} newest={summary} onRestored={take} onClose={() => setMode('reading')} />}
    </section>
  );
}

interface ContentProps {
  meetingId: string;
  summary: Summary;
  onEvidence(quote: EvidenceQuote): void;
  onVersions(): void;
}

function Content({ meetingId, summary, onEvidence, onVersions }: ContentProps): ReactNode {
  const file = `/api/meetings/${encodeURIComponent(meetingId)}/summary?format=`;
  const { keyPoints, decisions, actionItems, evidence, edited } = summary;
  return (
    <>
      {summary.notices?.map((notice) => (
        <p key={notice} className={styles.notice}>
          {notice}
        </p>
      ))}
      <List title="Key points" none="None were found." items={keyPoints} evidence={evidence?.keyPoints} edited={edited?.keyPoints} onEvidence={onEvidence} />
      <List title="Decisions" none="Nothing was decided, as far as the transcript tells." items={decisions} evidence={evidence?.decisions} edited={edited?.decisions} onEvidence={onEvidence} />
      <List
        title="Action items"
        none="Nobody took anything on, as far as the transcript tells."
        items={actionItems.map(({ assignee, task, dueDate }) => (
          <>
            {assignee !== null && <strong>{assignee}: </strong>}
            {task}
            {dueDate && <span className={styles.due}>by {dayOf(dueDate)}</span>}
          </>
        ))}
        evidence={evidence?.actionItems}
        edited={edited?.actionItems}
        onEvidence={onEvidence}
      />
      <div className={styles.exports}>
        {actionItems.length > 0 && <CopyActions text={actionsAsMarkdown(actionItems)} />}
        <a className={styles.download} href={`${file}markdown`} download>
          <Download size={16} aria-hidden="true" />
          Markdown
        </a>
        <a className={styles.download} href={`${file}json`} download={`${meetingId}-summary.json`}>
          <Download size={16} aria-hidden="true" />
          JSON
        </a>
      </div>
      <p className={styles.made}>
        Version {summary.version}, {madeBy(summary)}
        {summary.version > 1 && (
          <Button kind="quiet" size="small" icon={<History size={16} aria-hidden="true" />} onClick={onVersions}>
            All versions
          </Button>
        )}
      </p>
    </>
  );
}

interface ListProps {
  title: string;
  none: string;
  items: readonly ReactNode[];
  evidence: EvidenceQuote[][] | undefined;
  edited: boolean[] | undefined;
  onEvidence(quote: EvidenceQuote): void;
}

function List({ title, none, items, evidence, edited, onEvidence }: ListProps): ReactNode {
  return (
    <div className={styles.list}>
      <h3>{title}</h3>
      {items.length === 0 && <p className={styles.none}>{none}</p>}
      <ul>
        {items.map((item, index) => (
          // The items of a version never change places.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            {item} {edited?.[index] && <span className={styles.edited}>edited</span>}{' '}
            {evidence?.[index]?.map((quote) => (
              <button
                key={`${quote.segmentId} ${quote.quote}`}
                type="button"
                className={styles.evidence}
                title={`${quote.speaker}: “${quote.quote}”`}
                aria-label={`Evidence at ${clock(quote.start)}, ${quote.speaker}: ${quote.quote}`}
                onClick={() => onEvidence(quote)}
              >
                {clock(quote.start)}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

function CopyActions({ text }: { text: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) {
      toast('This browser does not allow copying here. The Markdown file has the same.', { kind: 'warning' });
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2500);
  };
  return (
    <Button size="small" icon={copied ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? 'Copied' : 'Copy action items'}</span>
    </Button>
  );
}

const dueDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

function dayOf(date: string): string {
  return dueDay.format(new Date(`${date}T00:00:00Z`));
}

import { TertuliaError, type Summary } from '@tertulia/client';
import { Plus, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { api } from '../session/session.js';
import { Button } from '../ui/Button.js';
import styles from './Review.module.css';
import { draftOf, editOf, newAction, newText, type ActionDraft, type Draft, type TextDraft } from './draft.js';
import { explain } from './text.js';

const MOST_CHARACTERS = 1000;

interface Props {
  meetingId: string;
  summary: Summary;
  /** Offered as assignees. */
  people: readonly string[];
  onSaved(summary: Summary): void;
  /** The summary that somebody else made meanwhile, instead of what was written here. */
  onTheirs(summary: Summary): void;
  onCancel(): void;
}

/** The lists of a summary as a form. What somebody else saved in the meantime is never overwritten unasked. */
export function SummaryEditor({ meetingId, summary, people, onSaved, onTheirs, onCancel }: Props): ReactNode {
  const [draft, setDraft] = useState<Draft>(() => draftOf(summary));
  const [theirs, setTheirs] = useState<Summary | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const names = useId();
  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);

  const save = async (over: Summary): Promise<void> => {
    const edit = editOf(draft, summary);
    if (edit === null) {
      onCancel();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      onSaved(await api.editSummary(meetingId, { ...edit, version: over.version }));
    } catch (error) {
      setBusy(false);
      if (error instanceof TertuliaError && error.code === 'summary-changed') setTheirs(await api.summary(meetingId).catch(() => null));
      else setProblem(explain(error));
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save(summary);
  };

  return (
    <form ref={form} className={styles.editor} aria-label="Edit the summary" onSubmit={submit}>
      <datalist id={names}>
        {people.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Texts title="Key points" one="Key point" items={draft.keyPoints} onChange={(keyPoints) => setDraft({ ...draft, keyPoints })} />
      <Texts title="Decisions" one="Decision" items={draft.decisions} onChange={(decisions) => setDraft({ ...draft, decisions })} />
      <Group title="Action items" one="Action item" items={draft.actionItems} make={newAction} onChange={(actionItems) => setDraft({ ...draft, actionItems })}>
        {(item, number, change) => <ActionFields item={item} number={number} names={names} onChange={change} />}
      </Group>
      {theirs ? (
        <div className={styles.conflict} role="alert">
          <p>Somebody saved version {theirs.version} while you were writing. Both stay in the list of versions, whichever you choose.</p>
          <div className={styles.exports}>
            <Button kind="primary" size="small" busy={busy} onClick={() => void save(theirs)}>
              Save mine as the newest
            </Button>
            <Button size="small" onClick={() => onTheirs(theirs)}>
              Take theirs
            </Button>
          </div>
        </div>
      ) : (
        <div className={styles.exports}>
          <Button type="submit" kind="primary" busy={busy}>
            Save
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

interface TextsProps {
  title: string;
  one: string;
  items: readonly TextDraft[];
  onChange(items: readonly TextDraft[]): void;
}

function Texts({ title, one, items, onChange }: TextsProps): ReactNode {
  return (
    <Group title={title} one={one} items={items} make={newText} onChange={onChange}>
      {(item, number, change) => (
        <textarea rows={1} aria-label={`${one} ${number}`} maxLength={MOST_CHARACTERS} value={item.text} onChange={(event) => change({ ...item, text: event.target.value })} />
      )}
    </Group>
  );
}

interface GroupProps<T> {
  title: string;
  one: string;
  items: readonly T[];
  make(): T;
  onChange(items: readonly T[]): void;
  children(item: T, number: number, change: (item: T) => void): ReactNode;
}

function Group<T extends { key: number }>({ title, one, items, make, onChange, children }: GroupProps<T>): ReactNode {
  const list = useRef<HTMLFieldSetElement>(null);
  // Where the focus goes when an item has come or gone: nobody is left at the top of the page.
  const [focus, setFocus] = useState<number | 'add' | null>(null);
  useEffect(() => {
    if (focus === null) return;
    const target = focus === 'add' ? list.current?.querySelector<HTMLElement>('[data-add]') : list.current?.querySelectorAll<HTMLElement>('textarea')[focus];
    target?.focus();
    setFocus(null);
  }, [focus]);

  return (
    <fieldset ref={list} className={styles.group}>
      <legend>{title}</legend>
      {items.map((item, index) => (
        <div key={item.key} className={styles.item}>
          {children(item, index + 1, (changed) => onChange(items.map((other) => (other.key === item.key ? changed : other))))}
          <button
            type="button"
            className={styles.rename}
            aria-label={`Remove ${one.toLowerCase()} ${index + 1}`}
            title="Remove"
            onClick={() => {
              onChange(items.filter(({ key }) => key !== item.key));
              setFocus(items.length > 1 ? Math.min(index, items.length - 2) : 'add');
            }}
          >
            <Trash2 size={16} aria-hidden="true" />
          </button>
        </div>
      ))}
      <Button
        data-add
        kind="quiet"
        size="small"
        icon={<Plus size={16} aria-hidden="true" />}
        onClick={() => {
          onChange([...items, make()]);
          setFocus(items.length);
        }}
      >
        Add {one.toLowerCase()}
      </Button>
    </fieldset>
  );
}

interface ActionFieldsProps {
  item: ActionDraft;
  number: number;
  names: string;
  onChange(item: ActionDraft): void;
}

function ActionFields({ item, number, names, onChange }: ActionFieldsProps): ReactNode {
  return (
    <div className={styles.action}>
      <textarea rows={1} aria-label={`Task ${number}`} maxLength={MOST_CHARACTERS} value={item.task} onChange={(event) => onChange({ ...item, task: event.target.value })} />
      <input
        aria-label={`Who takes on task ${number}`}
        placeholder="Nobody yet"
        list={names}
        maxLength={64}
        value={item.assignee}
        onChange={(event) => onChange({ ...item, assignee: event.target.value })}
      />
      <input type="date" aria-label={`Day by which task ${number} is due`} value={item.dueDate} onChange={(event) => onChange({ ...item, dueDate: event.target.value })} />
    </div>
  );
}

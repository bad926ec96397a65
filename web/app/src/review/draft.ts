import type { ActionItem, Summary, SummaryEdit } from '@tertulia/client';

/** An item while it is edited; the key stays its own when others come and go. */
export interface TextDraft {
  key: number;
  text: string;
}

export interface ActionDraft {
  key: number;
  assignee: string;
  task: string;
  dueDate: string;
}

export interface Draft {
  keyPoints: readonly TextDraft[];
  decisions: readonly TextDraft[];
  actionItems: readonly ActionDraft[];
}

let lastKey = 0;

export function newText(text = ''): TextDraft {
  return { key: ++lastKey, text };
}

export function newAction(item?: ActionItem): ActionDraft {
  return { key: ++lastKey, assignee: item?.assignee ?? '', task: item?.task ?? '', dueDate: item?.dueDate ?? '' };
}

export function draftOf(summary: Summary): Draft {
  return {
    keyPoints: summary.keyPoints.map(newText),
    decisions: summary.decisions.map(newText),
    actionItems: summary.actionItems.map(newAction),
  };
}

/** The lists that differ from the summary; items left empty are left out. Null if nothing differs. */
export function editOf(draft: Draft, summary: Summary): SummaryEdit | null {
  const edit: SummaryEdit = {};
  const keyPoints = textsOf(draft.keyPoints);
  const decisions = textsOf(draft.decisions);
  const actionItems = draft.actionItems
    .map(({ assignee, task, dueDate }): ActionItem => ({ assignee: oneLine(assignee) || null, task: oneLine(task), ...(dueDate === '' ? {} : { dueDate }) }))
    .filter(({ task }) => task !== '');
  if (!isSame(keyPoints, summary.keyPoints)) edit.keyPoints = keyPoints;
  if (!isSame(decisions, summary.decisions)) edit.decisions = decisions;
  if (!isSame(actionItems.map(fieldsOf), summary.actionItems.map(fieldsOf))) edit.actionItems = actionItems;
  return Object.keys(edit).length === 0 ? null : edit;
}

function textsOf(items: readonly TextDraft[]): string[] {
  return items.map(({ text }) => oneLine(text)).filter(Boolean);
}

function fieldsOf({ assignee, task, dueDate }: ActionItem): string {
  return JSON.stringify([assignee, task, dueDate ?? null]);
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

import { TertuliaError, type ActionItem, type Summary, type TranscriptLine } from '@tertulia/client';

/** 83.4 → "1:23", from an hour on "1:01:23". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Lines in which all the words occur, in whatever case. */
export function search(lines: readonly TranscriptLine[], text: string): readonly TranscriptLine[] {
  const words = wordsOf(text);
  if (words.length === 0) return lines;
  return lines.filter((line) => {
    const lower = line.text.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** The text in pieces, those marked that were looked for. */
export function marked(text: string, sought: string): { text: string; isHit: boolean }[] {
  const words = wordsOf(sought).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.length === 0) return [{ text, isHit: false }];
  // Splitting by a group keeps what it matched, at the odd places.
  return text
    .split(new RegExp(`(${words.join('|')})`, 'giu'))
    .map((piece, index) => ({ text: piece, isHit: index % 2 === 1 }))
    .filter((piece) => piece.text.length > 0);
}

/** Action items as a Markdown list with boxes to tick. What people said cannot become markup. */
export function actionsAsMarkdown(items: readonly ActionItem[]): string {
  const escape = (text: string): string => text.replace(/\s+/gu, ' ').replace(/[\\`*_[\]<>#|~&]/g, '\\$&');
  return items
    .map(({ assignee, task, dueDate }) => `- [ ] ${assignee === null ? '' : `**${escape(assignee)}**: `}${escape(task)}${dueDate ? ` (by ${dueDate})` : ''}\n`)
    .join('');
}

/** Whose work a summary is. */
export function madeBy({ origin, engine }: Summary): string {
  if (origin === 'edited') return 'edited by hand';
  return engine === 'rules' ? 'made by the built-in rules' : `made by ${engine.replace(/^chat:/, '')}`;
}

/** What went wrong with a summary, and what can be done. */
export function explain(error: unknown): string {
  if (!(error instanceof TertuliaError)) return 'Something went wrong. Please try again.';
  switch (error.code) {
    case 'unreachable':
      return 'The server cannot be reached. Check your connection and try again.';
    case 'plan-limit-reached':
      return 'Summaries are not part of your plan.';
    case 'summary-changed':
      return 'Somebody else changed the summary meanwhile. Load the page again to see it.';
    default:
      return error.status === 429 ? 'That was too often. Please wait a moment and try again.' : `The server said no: ${error.message}`;
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/u).filter(Boolean);
}

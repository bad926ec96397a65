import type { ActionItem, TranscriptLine } from '@tertulia/client';

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

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/u).filter(Boolean);
}

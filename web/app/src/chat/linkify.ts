export type Piece = { text: string; href?: string };

// Only http and https, so no link can run anything. The text stays text: pieces are drawn as nodes, never as HTML.
const LINK = /https?:\/\/[^\s<>"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/giu;

/** Cuts a message into plain text and links. */
export function linkify(message: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of message.matchAll(LINK)) {
    const link = trimTail(match[0]);
    if (!isUrl(link)) continue;
    if (match.index > end) pieces.push({ text: message.slice(end, match.index) });
    pieces.push({ text: link, href: link });
    end = match.index + link.length;
  }
  if (end < message.length) pieces.push({ text: message.slice(end) });
  return pieces;
}

/** A full stop or a closing bracket after a link belongs to the sentence, unless the bracket was opened in the link. */
function trimTail(link: string): string {
  let trimmed = link;
  for (;;) {
    const last = trimmed.at(-1)!;
    if (/[.,;:!?…*_~]/u.test(last)) trimmed = trimmed.slice(0, -1);
    else if (last === ')' && count(trimmed, ')') > count(trimmed, '(')) trimmed = trimmed.slice(0, -1);
    else if (last === ']' && count(trimmed, ']') > count(trimmed, '[')) trimmed = trimmed.slice(0, -1);
    else return trimmed;
  }
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function isUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

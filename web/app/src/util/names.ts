/** One or two letters that stand for a name when there is no picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  const text = letters.map((word) => [...word][0]!.toLocaleUpperCase()).join('');
  return text || '?';
}

/** A number from 0 to `count` - 1 that is always the same for the same name. */
export function colorIndex(name: string, count: number): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return hash % count;
}

/** "Ada", "Ada and Bob", "Ada, Bob and 3 others". */
export function nameList(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ');
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} others`;
}

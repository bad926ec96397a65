// Word error rate: substitutions, insertions and deletions for each word that was said.

export function wordErrorRate(said, heard) {
  const expected = words(said);
  const actual = words(heard);
  let row = Array.from({ length: actual.length + 1 }, (_, index) => index);
  expected.forEach((word, i) => {
    const next = [i + 1];
    actual.forEach((other, j) => next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (word === other ? 0 : 1))));
    row = next;
  });
  return row.at(-1) / expected.length;
}

/** The share of what was heard that is no word of what was said: of a part of it too. */
export function foreignWords(said, heard) {
  const own = new Set(words(said));
  const all = words(heard);
  return all.filter(word => !own.has(word)).length / Math.max(1, all.length);
}

const words = text => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

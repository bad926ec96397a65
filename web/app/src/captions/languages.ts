const names = typeof Intl.DisplayNames === 'function' ? new Intl.DisplayNames(undefined, { type: 'language' }) : null;

/** A language as its readers call it; the tag itself where nobody knows. */
export function languageName(tag: string): string {
  if (tag === 'auto') return 'Any language';
  try {
    return names?.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

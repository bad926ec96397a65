const PREFIX = 'tertulia.';

/** Small choices kept in this browser; a browser that forbids storage just forgets them. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // private mode or full: nothing to be done
  }
}

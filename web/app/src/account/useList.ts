import { useCallback, useEffect, useState } from 'react';
import type { Page } from './api.js';

export interface List<T> {
  /** Null until the first page is there. */
  items: T[] | null;
  error: string | null;
  hasMore: boolean;
  reload(): Promise<void>;
  more(): Promise<void>;
}

/** A list of the server's, page by page. `load` has to stay the same function. */
export function useList<T>(load: (cursor?: string) => Promise<Page<T>>): List<T> {
  const [items, setItems] = useState<T[] | null>(null);
  const [next, setNext] = useState<string>();
  const [error, setError] = useState<string | null>(null);

  const read = useCallback(
    (cursor?: string): Promise<void> =>
      load(cursor).then(
        (page) => {
          setItems((known) => (cursor ? [...(known ?? []), ...page.items] : page.items));
          setNext(page.nextCursor);
          setError(null);
        },
        (problem: Error) => setError(problem.message),
      ),
    [load],
  );
  const reload = useCallback(() => read(), [read]);
  useEffect(() => void reload(), [reload]);
  return { items, error, hasMore: next !== undefined, reload, more: () => read(next) };
}

import type { ReadableStore } from '@tertulia/client';
import { useSyncExternalStore } from 'react';

/** The current value of a store; the component is drawn again when it changes. */
export function useStore<T>(store: ReadableStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** A part of a store's value; drawn again only when that part changes. `select` must return the same object for the same state. */
export function useSelected<T, Part>(store: ReadableStore<T>, select: (value: T) => Part): Part {
  const get = (): Part => select(store.get());
  return useSyncExternalStore(store.subscribe, get, get);
}

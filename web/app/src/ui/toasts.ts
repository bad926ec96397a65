import { Store } from '@tertulia/client';
import type { ReactNode } from 'react';

export interface Toast {
  id: number;
  text: ReactNode;
  kind: 'info' | 'warning';
  action?: { label: string; run(): void } | undefined;
}

const SHOWN_MS = 6_000;
const MAX_SHOWN = 3;
let nextId = 0;

export const toasts = new Store<readonly Toast[]>([]);

/** Says something in passing. */
export function toast(text: ReactNode, options: { kind?: Toast['kind']; action?: Toast['action']; shownMs?: number } = {}): void {
  const id = nextId++;
  toasts.update((list) => [...list.slice(-(MAX_SHOWN - 1)), { id, text, kind: options.kind ?? 'info', action: options.action }]);
  setTimeout(() => dismissToast(id), options.shownMs ?? SHOWN_MS);
}

export function dismissToast(id: number): void {
  toasts.update((list) => list.filter((item) => item.id !== id));
}

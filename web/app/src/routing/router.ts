import { Store } from '@tertulia/client';
import { useStore } from '@tertulia/react';
import { parseRoute, type Route } from './address.js';

const path = new Store(location.pathname);
addEventListener('popstate', () => path.set(location.pathname));

export function navigate(pathname: string): void {
  if (pathname === path.get()) return;
  history.pushState(null, '', pathname);
  path.set(pathname);
  scrollTo(0, 0);
}

export function useRoute(): Route {
  return parseRoute(useStore(path));
}

/** The address that others join by. */
export function joinLink(meetingId: string): string {
  return `${location.origin}/join/${encodeURIComponent(meetingId)}`;
}

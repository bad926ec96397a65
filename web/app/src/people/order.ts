import type { Participant, RosterState } from '@tertulia/client';

/** Raised hands in the order they went up, then oneself, then the others by name. */
export function peopleOrder({ self, others }: RosterState): Participant[] {
  const everybody = self ? [self, ...others] : [...others];
  return everybody.sort(
    (a, b) =>
      (a.handRaisedAt ?? Number.MAX_SAFE_INTEGER) - (b.handRaisedAt ?? Number.MAX_SAFE_INTEGER) ||
      Number(b.isLocal) - Number(a.isLocal) ||
      a.displayName.localeCompare(b.displayName),
  );
}

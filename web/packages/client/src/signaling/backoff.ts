/** Milliseconds to wait before try number `attempt` (from 0): at once, then 0.5 s doubling to 5 s, ±20 % so that crowds spread. */
export function backoffDelay(attempt: number, random: () => number = Math.random): number {
  if (attempt <= 0) return 0;
  const base = Math.min(500 * 2 ** (attempt - 1), 5000);
  return Math.round(base * (0.8 + 0.4 * random()));
}

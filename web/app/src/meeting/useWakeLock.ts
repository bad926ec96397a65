import { useEffect } from 'react';

/** Keeps the screen from going dark during the meeting, where the browser can. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const request = async (): Promise<void> => {
      // Refused on low battery, and given up by the browser whenever the page is hidden.
      const next = await navigator.wakeLock?.request('screen').catch(() => undefined);
      if (isOver) void next?.release();
      else lock = next;
    };
    const changed = (): void => {
      if (!document.hidden) void request();
    };
    void request();
    document.addEventListener('visibilitychange', changed);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', changed);
      void lock?.release();
    };
  }, []);
}

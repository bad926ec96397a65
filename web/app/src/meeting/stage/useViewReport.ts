import { useMeeting } from '@tertulia/react';
import { useEffect, useState } from 'react';
import { viewItems, type PlacedTile } from './viewItems.js';

/** Tells the server what is on screen: a tile out of sight, or a page in the background, needs no picture. */
export function useViewReport(placed: readonly PlacedTile[], scrollTop: number, height: number): void {
  const client = useMeeting();
  const isVisible = usePageVisible();
  useEffect(() => {
    client.setView(isVisible ? viewItems(placed, scrollTop, height, devicePixelRatio) : []);
  }, [client, placed, scrollTop, height, isVisible]);
}

function usePageVisible(): boolean {
  const [isVisible, setVisible] = useState(() => !document.hidden);
  useEffect(() => {
    const changed = (): void => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return isVisible;
}

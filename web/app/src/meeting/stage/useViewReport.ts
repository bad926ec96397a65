import type { ViewItem } from '@tertulia/client';
import { useMeeting } from '@tertulia/react';
import { useEffect, useState } from 'react';
import type { Rect } from './layout.js';
import type { TileInfo } from './tiles.js';

/** Sizes are rounded up to this, so that a window being dragged does not report every pixel. */
const STEP = 16;

export interface PlacedTile {
  tile: TileInfo;
  rect: Rect;
}

/** Tells the server what is on screen: a tile out of sight, or a page in the background, needs no picture. */
export function useViewReport(placed: readonly PlacedTile[], scrollTop: number, height: number): void {
  const client = useMeeting();
  const isVisible = usePageVisible();
  useEffect(() => {
    client.setView(isVisible ? viewItems(placed, scrollTop, height, devicePixelRatio) : []);
  }, [client, placed, scrollTop, height, isVisible]);
}

export function viewItems(placed: readonly PlacedTile[], scrollTop: number, height: number, pixelRatio: number): ViewItem[] {
  const pixels = (length: number): number => Math.ceil((length * pixelRatio) / STEP) * STEP;
  return placed
    .filter(({ tile: { participant, kind }, rect }) => {
      const track = participant.tracks[kind];
      const onScreen = rect.y < scrollTop + height * 1.5 && rect.y + rect.height > scrollTop - height * 0.5;
      return !participant.isLocal && track && !track.muted && onScreen;
    })
    .map(({ tile: { participant, kind }, rect }) => ({
      peerId: participant.peerId,
      source: kind,
      width: pixels(rect.width),
      height: pixels(rect.height),
    }));
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

import type { ViewItem } from '@tertulia/client';
import type { Rect } from './layout.js';
import type { TileInfo } from './tiles.js';

/** Sizes are rounded up to this, so that a window being dragged does not report every pixel. */
const STEP = 16;

export interface PlacedTile {
  tile: TileInfo;
  rect: Rect;
}

/** The remote pictures on screen, and those that half a screen of scrolling would show. */
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

import { useActiveSpeaker, useParticipants } from '@tertulia/react';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { gridLayout, spotlightLayout, stripOrder, type Rect, type Size } from './layout.js';
import { Lonely } from './Lonely.js';
import styles from './Stage.module.css';
import { Tile } from './Tile.js';
import { byInterest, spotlightKey, tilesOf, type TileInfo } from './tiles.js';
import { useLastSpeaker } from './useLastSpeaker.js';
import { useSize } from './useSize.js';
import { useViewReport } from './useViewReport.js';
import type { PlacedTile } from './viewItems.js';

export type View = 'grid' | 'speaker';

interface Props {
  view: View;
  pinned: string | null;
  onPin(key: string | null): void;
}

interface Placement {
  placed: PlacedTile[];
  contentHeight: number;
  hidden: number;
  /** The tile shown large, if there is one. */
  large: PlacedTile | null;
}

/** All pictures, in one flat list with computed places: a change of layout moves tiles and never interrupts a picture. */
export function Stage({ view, pinned, onPin }: Props): ReactNode {
  const roster = useParticipants();
  const speaker = useActiveSpeaker();
  const lastSpeaker = useLastSpeaker();
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const [scrollTop, setScrollTop] = useState(0);

  const { placed, contentHeight, hidden, large } = useMemo((): Placement => {
    const tiles = tilesOf(roster);
    const wantsLarge = view === 'speaker' || pinned !== null || tiles.screens.length > 0;
    const isAlone = tiles.cameras.length <= 1 && tiles.screens.length === 0;
    if (!wantsLarge || isAlone) return inGrid(tiles.cameras, size);
    return inSpotlight(tiles, spotlightKey(tiles, pinned, lastSpeaker), speaker, size);
  }, [roster, view, pinned, lastSpeaker, speaker, size]);
  useViewReport(placed, scrollTop, size.height);

  return (
    <section className={styles.stage} aria-label="Participants' pictures">
      <div ref={ref} className={styles.area} onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <div className={styles.content} style={{ height: Math.max(contentHeight, 0) }}>
          {placed.map(({ tile, rect }) => (
            <div key={tile.key} className={styles.place} style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}>
              <Tile
                tile={tile}
                isSpeaking={tile.kind === 'camera' && tile.participant.peerId === speaker}
                isPinned={tile.key === pinned}
                isLarge={tile === large?.tile}
                onPin={() => onPin(tile.key === pinned ? null : tile.key)}
              />
            </div>
          ))}
        </div>
        {large && hidden > 0 && (
          <p className={styles.more} style={{ right: size.width - large.rect.width + 8, bottom: size.height - large.rect.height + 8 }}>
            and {hidden} more
          </p>
        )}
      </div>
      {roster.self && roster.others.length === 0 && <Lonely />}
    </section>
  );
}

function inGrid(tiles: readonly TileInfo[], size: Size): Placement {
  const { rects, contentHeight } = gridLayout(tiles.length, size);
  return { placed: place(tiles, rects), contentHeight, hidden: 0, large: null };
}

function inSpotlight(tiles: ReturnType<typeof tilesOf>, key: string | null, speaker: string | null, size: Size): Placement {
  const all = [...tiles.screens, ...tiles.cameras];
  const main = all.find((tile) => tile.key === key);
  if (!main || size.width <= 0) return inGrid(tiles.cameras, size);
  const rest = byInterest(all.filter((tile) => tile !== main));
  const layout = spotlightLayout(rest.length, size);
  const strip = stripOrder(rest, layout.shown, ({ participant, kind }) => kind === 'camera' && participant.peerId === speaker);
  const large = { tile: main, rect: layout.main };
  return { placed: [large, ...place(strip, layout.strip)], contentHeight: 0, hidden: rest.length - layout.shown, large };
}

function place(tiles: readonly TileInfo[], rects: readonly Rect[]): PlacedTile[] {
  return tiles.flatMap((tile, index) => (rects[index] ? [{ tile, rect: rects[index] }] : []));
}

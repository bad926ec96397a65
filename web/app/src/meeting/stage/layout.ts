export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

export const GAP = 10;
const WIDE = 16 / 9;
/** A tile may become taller than 16:9 to fill the room, but no further than this. */
const TALLEST_ON_WIDE = 4 / 3;
const TALLEST_ON_NARROW = 3 / 4;
const NARROW = 600;
const MIN_TILE_HEIGHT = 110;

/** 1, 2, 3 or 4 columns for up to 1, 4, 9 or more tiles; a narrow window has room for 2. */
export function gridColumns(count: number, width: number): number {
  if (width < NARROW) return count <= 2 ? 1 : 2;
  return count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4;
}

/** Equal tiles, as large as fit, rows centred; more than fit are scrolled to (`contentHeight`). */
export function gridLayout(count: number, { width, height }: Size): { rects: Rect[]; contentHeight: number } {
  if (count === 0 || width <= 0 || height <= 0) return { rects: [], contentHeight: 0 };
  const columns = Math.min(gridColumns(count, width), count);
  const rows = Math.ceil(count / columns);
  const tallest = width < NARROW ? TALLEST_ON_NARROW : TALLEST_ON_WIDE;
  let tileWidth = (width - (columns - 1) * GAP) / columns;
  const room = Math.max((height - (rows - 1) * GAP) / rows, MIN_TILE_HEIGHT);
  const tileHeight = Math.min(room, tileWidth / tallest);
  tileWidth = Math.min(tileWidth, tileHeight * WIDE);

  const contentHeight = rows * tileHeight + (rows - 1) * GAP;
  const top = Math.max(0, (height - contentHeight) / 2);
  const rects = Array.from({ length: count }, (_, index): Rect => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (width - inRow * tileWidth - (inRow - 1) * GAP) / 2;
    const column = index % columns;
    return { x: left + column * (tileWidth + GAP), y: top + row * (tileHeight + GAP), width: tileWidth, height: tileHeight };
  });
  return { rects, contentHeight: Math.max(contentHeight, 0) };
}

/** One large tile and a strip of small ones: beside it in a wide room, below it in a tall one. `shown` of the strip's tiles fit. */
export function spotlightLayout(stripCount: number, { width, height }: Size): { main: Rect; strip: Rect[]; shown: number } {
  if (stripCount === 0) return { main: { x: 0, y: 0, width, height }, strip: [], shown: 0 };
  if (width > height * 1.15) {
    const stripWidth = Math.min(Math.max(width * 0.19, 150), 260);
    const tileHeight = stripWidth / WIDE;
    const shown = Math.min(stripCount, Math.max(1, Math.floor((height + GAP) / (tileHeight + GAP))));
    const top = (height - shown * tileHeight - (shown - 1) * GAP) / 2;
    const strip = Array.from({ length: shown }, (_, index) => ({
      x: width - stripWidth,
      y: top + index * (tileHeight + GAP),
      width: stripWidth,
      height: tileHeight,
    }));
    return { main: { x: 0, y: 0, width: width - stripWidth - GAP, height }, strip, shown };
  }
  const tileHeight = Math.min(Math.max(height * 0.17, 76), 130);
  const tileWidth = Math.min(tileHeight * (4 / 3), (width - GAP) / 2);
  const shown = Math.min(stripCount, Math.max(1, Math.floor((width + GAP) / (tileWidth + GAP))));
  const left = (width - shown * tileWidth - (shown - 1) * GAP) / 2;
  const strip = Array.from({ length: shown }, (_, index) => ({
    x: left + index * (tileWidth + GAP),
    y: height - tileHeight,
    width: tileWidth,
    height: tileHeight,
  }));
  return { main: { x: 0, y: 0, width, height: height - tileHeight - GAP }, strip, shown };
}

/** The strip in its own order, except that whoever speaks is always among those shown. */
export function stripOrder<T>(tiles: readonly T[], shown: number, isSpeaking: (tile: T) => boolean): T[] {
  const visible = tiles.slice(0, shown);
  const hiddenSpeaker = tiles.slice(shown).find(isSpeaking);
  if (hiddenSpeaker !== undefined && shown > 0) visible[shown - 1] = hiddenSpeaker;
  return visible;
}

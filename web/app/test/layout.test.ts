import { describe, expect, it } from 'vitest';
import { GAP, gridColumns, gridLayout, spotlightLayout, stripOrder, type Rect, type Size } from '../src/meeting/stage/layout.js';

const sizes: Size[] = [
  { width: 1256, height: 708 },
  { width: 880, height: 708 },
  { width: 344, height: 640 },
  { width: 1900, height: 400 },
  { width: 320, height: 200 },
];

describe('grid', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [5, 3],
    [9, 3],
    [10, 4],
    [16, 4],
    [50, 4],
  ])('%i tiles stand in %i columns', (count, columns) => {
    expect(gridColumns(count, 1280)).toBe(columns);
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [12, 2],
  ])('%i tiles stand in %i columns on a phone', (count, columns) => {
    expect(gridColumns(count, 344)).toBe(columns);
  });

  it.each(sizes)('never overlaps tiles or leaves the room sideways in %o', (size) => {
    for (let count = 1; count <= 50; count++) {
      const { rects, contentHeight } = gridLayout(count, size);
      expect(rects).toHaveLength(count);
      for (const [index, rect] of rects.entries()) {
        expect(rect.x).toBeGreaterThanOrEqual(-0.01);
        expect(rect.x + rect.width).toBeLessThanOrEqual(size.width + 0.01);
        expect(rect.y + rect.height).toBeLessThanOrEqual(Math.max(size.height, contentHeight) + 0.01);
        for (const other of rects.slice(index + 1)) expect(overlap(rect, other)).toBe(false);
      }
    }
  });

  it('fits without scrolling while tiles stay large enough, and scrolls beyond', () => {
    expect(gridLayout(16, { width: 1256, height: 708 }).contentHeight).toBeLessThanOrEqual(708);
    expect(gridLayout(50, { width: 1256, height: 708 }).contentHeight).toBeGreaterThan(708);
  });

  it('centres the last row', () => {
    const { rects } = gridLayout(3, { width: 1256, height: 708 });
    const last = rects[2]!;
    expect(last.x + last.width / 2).toBeCloseTo(628);
  });

  it('draws nothing in no room', () => {
    expect(gridLayout(5, { width: 0, height: 0 }).rects).toEqual([]);
  });
});

describe('spotlight', () => {
  it.each(sizes)('keeps the large tile and the strip apart in %o', (size) => {
    for (let count = 0; count <= 30; count++) {
      const { main, strip, shown } = spotlightLayout(count, size);
      expect(strip).toHaveLength(shown);
      expect(shown).toBeLessThanOrEqual(count);
      for (const rect of strip) {
        expect(overlap(main, rect)).toBe(false);
        expect(rect.x + rect.width).toBeLessThanOrEqual(size.width + 0.01);
        expect(main.width * main.height).toBeGreaterThan(rect.width * rect.height);
      }
    }
  });

  it('gives all the room to a single tile', () => {
    expect(spotlightLayout(0, { width: 800, height: 600 }).main).toEqual({ x: 0, y: 0, width: 800, height: 600 });
  });

  it('puts the strip below where the room is tall', () => {
    const { main, strip } = spotlightLayout(4, { width: 344, height: 640 });
    expect(strip[0]!.y).toBeGreaterThanOrEqual(main.height + GAP - 0.01);
  });

  it('always shows whoever speaks', () => {
    expect(stripOrder(['a', 'b', 'c', 'd'], 2, (name) => name === 'd')).toEqual(['a', 'd']);
    expect(stripOrder(['a', 'b', 'c', 'd'], 2, (name) => name === 'a')).toEqual(['a', 'b']);
  });
});

function overlap(a: Rect, b: Rect): boolean {
  const slack = 0.01;
  return a.x + a.width > b.x + slack && b.x + b.width > a.x + slack && a.y + a.height > b.y + slack && b.y + b.height > a.y + slack;
}

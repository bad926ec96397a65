import type { Participant } from '@tertulia/client';
import { describe, expect, it } from 'vitest';
import { byInterest, spotlightKey, tilesOf } from '../src/meeting/stage/tiles.js';
import { viewItems } from '../src/meeting/stage/viewItems.js';
import { peopleOrder } from '../src/people/order.js';

function person(peerId: string, change: Partial<Participant> = {}): Participant {
  return {
    peerId,
    displayName: peerId,
    role: 'participant',
    metadata: null,
    handRaised: false,
    handRaisedAt: null,
    tracks: { camera: { muted: false }, microphone: { muted: false } },
    quality: 'excellent',
    isLocal: false,
    joinedAfterUs: false,
    ...change,
  };
}
const me = person('me', { isLocal: true });
const bob = person('bob');
const eve = person('eve', { tracks: { camera: { muted: true }, screen: { muted: false } } });

describe('tiles', () => {
  it('shows oneself first, everybody once, and the screens of others', () => {
    const { cameras, screens } = tilesOf({ self: { ...me, tracks: { screen: { muted: false } } }, others: [bob, eve] });
    expect(cameras.map(({ key }) => key)).toEqual(['me/camera', 'bob/camera', 'eve/camera']);
    expect(screens.map(({ key }) => key)).toEqual(['eve/screen']);
  });

  it('shows large what was pinned, else a screen, else whoever spoke last, else one of the others', () => {
    const all = tilesOf({ self: me, others: [bob, eve] });
    const camerasOnly = { ...all, screens: [] };
    expect(spotlightKey(all, 'bob/camera', 'eve')).toBe('bob/camera');
    expect(spotlightKey(all, 'gone/camera', 'bob')).toBe('eve/screen');
    expect(spotlightKey(camerasOnly, null, 'eve')).toBe('eve/camera');
    expect(spotlightKey(camerasOnly, null, null)).toBe('bob/camera');
    expect(spotlightKey({ cameras: camerasOnly.cameras.slice(0, 1), screens: [] }, null, null)).toBe('me/camera');
  });
});

it('shows small first what there is to see', () => {
  const { cameras, screens } = tilesOf({ self: me, others: [eve, bob] });
  expect(byInterest([...cameras, ...screens]).map(({ key }) => key)).toEqual(['eve/screen', 'bob/camera', 'eve/camera', 'me/camera']);
});

describe('what is reported as on screen', () => {
  const rect = { x: 0, y: 0, width: 300, height: 170 };

  it('names remote pictures in device pixels, rounded up', () => {
    const { cameras } = tilesOf({ self: me, others: [bob] });
    expect(viewItems(cameras.map((tile) => ({ tile, rect })), 0, 700, 2)).toEqual([{ peerId: 'bob', source: 'camera', width: 608, height: 352 }]);
  });

  it('leaves out what is switched off or scrolled away', () => {
    const { cameras, screens } = tilesOf({ self: me, others: [bob, eve] });
    const far = { ...rect, y: 3000 };
    const placed = [...cameras.map((tile) => ({ tile, rect: tile.participant === bob ? far : rect })), ...screens.map((tile) => ({ tile, rect }))];
    expect(viewItems(placed, 0, 700, 1).map(({ peerId, source }) => `${peerId}/${source}`)).toEqual(['eve/screen']);
    expect(viewItems(placed, 2800, 700, 1).map(({ peerId }) => peerId)).toEqual(['bob']);
  });
});

it('lists raised hands first, in their order, then oneself, then the others by name', () => {
  const late = person('late', { handRaised: true, handRaisedAt: 20 });
  const early = person('early', { handRaised: true, handRaisedAt: 10 });
  const order = peopleOrder({ self: me, others: [person('zoe'), late, bob, early] });
  expect(order.map(({ peerId }) => peerId)).toEqual(['early', 'late', 'me', 'bob', 'zoe']);
});

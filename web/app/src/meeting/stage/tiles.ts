import type { Participant, RosterState } from '@tertulia/client';

export interface TileInfo {
  readonly key: string;
  readonly kind: 'camera' | 'screen';
  readonly participant: Participant;
}

/** Everybody's camera, oneself first, and each screen that others share. */
export function tilesOf({ self, others }: RosterState): { cameras: TileInfo[]; screens: TileInfo[] } {
  const everybody = self ? [self, ...others] : [...others];
  return {
    cameras: everybody.map((participant) => ({ key: `${participant.peerId}/camera`, kind: 'camera', participant })),
    screens: others
      .filter(({ tracks }) => tracks.screen && !tracks.screen.muted)
      .map((participant) => ({ key: `${participant.peerId}/screen`, kind: 'screen', participant })),
  };
}

/** Which tile is large: what was pinned, else a shared screen (the newest), else whoever speaks or spoke last. */
export function spotlightKey(
  tiles: { cameras: readonly TileInfo[]; screens: readonly TileInfo[] },
  pinned: string | null,
  lastSpeaker: string | null,
): string | null {
  const all = [...tiles.screens, ...tiles.cameras];
  const has = (key: string): boolean => all.some((tile) => tile.key === key);
  if (pinned && has(pinned)) return pinned;
  const screen = tiles.screens.at(-1);
  if (screen) return screen.key;
  if (lastSpeaker && has(`${lastSpeaker}/camera`)) return `${lastSpeaker}/camera`;
  return (tiles.cameras.find(({ participant }) => !participant.isLocal) ?? tiles.cameras[0])?.key ?? null;
}

/** For the strip of small tiles: screens, then those who show themselves, then those who do not, and oneself last. */
export function byInterest(tiles: readonly TileInfo[]): TileInfo[] {
  const rank = ({ kind, participant }: TileInfo): number => {
    if (kind === 'screen') return 0;
    if (participant.isLocal) return 3;
    return participant.tracks.camera && !participant.tracks.camera.muted ? 1 : 2;
  };
  return [...tiles].sort((a, b) => rank(a) - rank(b));
}

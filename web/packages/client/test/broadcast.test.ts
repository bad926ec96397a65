import { describe, expect, it } from 'vitest';
import { LocalMedia } from '../src/media/LocalMedia.js';
import type { MeetingEvents } from '../src/meeting/events.js';
import { Stay } from '../src/meeting/Stay.js';
import type { BroadcastMessage } from '../src/protocol/messages.js';
import { Emitter } from '../src/util/Emitter.js';
import { FakePlatform } from './fakes/FakePlatform.js';

describe('broadcast', () => {
  it('is known while it goes on, and told once when it begins and ends', () => {
    const platform = new FakePlatform();
    const events = new Emitter<MeetingEvents>();
    const told: string[] = [];
    events.on('broadcast', ({ state }) => told.push(state));
    const stay = new Stay(platform, () => true, new LocalMedia(platform), events);
    const live: BroadcastMessage = { type: 'broadcast', state: 'live', startedAt: '2026-01-02T03:04:05.000Z', watchUrl: 'https://meet.example.org/live/brd_1', by: 'Ada' };

    expect(stay.broadcast.get()).toBeNull();
    stay.handle(live);
    stay.handle(live);
    expect(stay.broadcast.get()).toMatchObject({ by: 'Ada', watchUrl: 'https://meet.example.org/live/brd_1' });
    stay.handle({ ...live, state: 'ended' });
    expect(stay.broadcast.get()).toBeNull();
    expect(told).toEqual(['live', 'ended']);
  });
});

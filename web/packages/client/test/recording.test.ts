import { describe, expect, it } from 'vitest';
import { LocalMedia } from '../src/media/LocalMedia.js';
import type { MeetingEvents } from '../src/meeting/events.js';
import { Stay } from '../src/meeting/Stay.js';
import type { ClientMessage, RecordingMessage } from '../src/protocol/messages.js';
import { Emitter } from '../src/util/Emitter.js';
import { FakePlatform } from './fakes/FakePlatform.js';

describe('recording', () => {
  it('is known as it stands, and told when something about it changes', () => {
    const platform = new FakePlatform();
    const events = new Emitter<MeetingEvents>();
    const told: string[] = [];
    events.on('recording', ({ state, problem }) => told.push(problem ? `${state} ${problem}` : state));
    const sent: ClientMessage[] = [];
    const stay = new Stay(platform, (message) => sent.push(message) > 0, new LocalMedia(platform), events);
    const base = { type: 'recording', recordingId: 'rec_1', startedAt: '2026-01-02T03:04:05.000Z' } as const;
    const hear = (message: Partial<RecordingMessage>): void => stay.handle({ ...base, state: 'recording', ...message });

    expect(stay.recording.get()).toBeNull();
    hear({ by: 'Ada' });
    expect(stay.recording.get()).toMatchObject({ state: 'recording', by: 'Ada' });
    hear({ problem: 'disk-full' });
    hear({});
    hear({ state: 'processing', progress: 0.1 });
    hear({ state: 'processing', progress: 0.6 });
    expect(stay.recording.get()?.progress).toBe(0.6);
    hear({ state: 'ready', recordingUrl: 'https://meet.example.org/objects/x' });
    expect(told).toEqual(['recording', 'recording disk-full', 'recording', 'processing', 'ready']);
  });
});

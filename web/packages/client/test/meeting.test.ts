import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatLog } from '../src/meeting/ChatLog.js';
import { Roster } from '../src/meeting/Roster.js';
import { ViewReporter } from '../src/meeting/ViewReporter.js';
import type { ClientMessage } from '../src/protocol/messages.js';
import { rateQuality } from '../src/stats/quality.js';

let sent: ClientMessage[];
const send = (message: ClientMessage): boolean => {
  sent.push(message);
  return true;
};
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
});
afterEach(() => vi.useRealTimers());

describe('Roster', () => {
  const me = { peerId: 'me', displayName: 'Ada', role: 'host' } as const;
  const bob = { peerId: 'bob', displayName: 'Bob', role: 'guest', tracks: [{ source: 'camera' as const, muted: false }] } as const;

  it('keeps participants that did not change as the same objects', () => {
    const roster = new Roster();
    roster.reset(me, [{ ...bob, tracks: [...bob.tracks] }], false);
    roster.add({ peerId: 'eve', displayName: 'Eve', role: 'guest' });
    const before = roster.state.get();
    roster.setTrack('bob', 'camera', { muted: true });
    const after = roster.state.get();
    expect(after).not.toBe(before);
    expect(after.others[1]).toBe(before.others[1]);
    expect(before.others[0]!.tracks.camera).toEqual({ muted: false });
    expect(after.others[0]!.tracks.camera).toEqual({ muted: true });
    roster.setTrack('bob', 'camera', { muted: true });
    expect(roster.state.get()).toBe(after);
  });

  it('knows who came later, also while this client was away', () => {
    const roster = new Roster();
    roster.reset(me, [{ peerId: 'bob', displayName: 'Bob', role: 'guest' }], false);
    const changes = roster.reset(me, [{ peerId: 'eve', displayName: 'Eve', role: 'guest' }], true);
    expect(changes.joined.map(({ peerId, joinedAfterUs }) => [peerId, joinedAfterUs])).toEqual([['eve', true]]);
    expect(changes.left.map(({ peerId }) => peerId)).toEqual(['bob']);
  });

  it('takes excellent for granted until something else is said', () => {
    const roster = new Roster();
    roster.reset(me, [{ peerId: 'bob', displayName: 'Bob', role: 'guest', quality: 'poor' }], false);
    expect(roster.state.get().others[0]!.quality).toBe('poor');
    roster.setQuality('me', 'lost');
    expect(roster.state.get().self!.quality).toBe('lost');
    roster.reset(me, [{ peerId: 'bob', displayName: 'Bob', role: 'guest' }], true);
    expect([roster.state.get().self!.quality, roster.state.get().others[0]!.quality]).toEqual(['excellent', 'excellent']);
  });

  it('never lists the SFU, itself or anyone twice', () => {
    const roster = new Roster();
    roster.reset(me, [{ ...me }, { peerId: 'sfu', displayName: '', role: 'guest' }], false);
    expect(roster.add({ peerId: 'sfu', displayName: '', role: 'guest' })).toBeNull();
    expect(roster.add({ ...me })).toBeNull();
    roster.add({ peerId: 'bob', displayName: 'Bob', role: 'guest' });
    expect(roster.add({ peerId: 'bob', displayName: 'Bob', role: 'guest' })).toBeNull();
    expect(roster.state.get().others).toHaveLength(1);
  });

  it('drops a source that was removed', () => {
    const roster = new Roster();
    roster.reset(me, [{ peerId: 'bob', displayName: 'Bob', role: 'guest', tracks: [{ source: 'screen', muted: false }] }], false);
    roster.setTrack('bob', 'screen', null);
    expect(roster.state.get().others[0]!.tracks).toEqual({});
  });
});

describe('ChatLog', () => {
  const entry = (id: string, peerId: string, text: string, second = 0) => ({
    id,
    from: peerId,
    peerId,
    text,
    timestamp: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
  });

  it('counts as unread what others say while it is out of view', () => {
    const log = new ChatLog(send);
    log.connected('me', 'Ada');
    log.receiveHistory([entry('1', 'bob', 'before')]);
    expect(log.state.get().unread).toBe(0);
    log.receive(entry('2', 'bob', 'hi'));
    log.receive(entry('3', 'me', 'own'));
    expect(log.state.get().unread).toBe(1);
    log.setInView(true);
    log.receive(entry('4', 'bob', 'seen'));
    expect(log.state.get().unread).toBe(0);
    log.setInView(false);
    log.receive(entry('5', 'bob', 'unseen'));
    expect(log.state.get().unread).toBe(1);
  });

  it('takes each message once, in order of time, and what was missed is unread', () => {
    const log = new ChatLog(send);
    log.connected('me', 'Ada');
    log.receiveHistory([]);
    log.receive(entry('1', 'bob', 'one', 1));
    log.receive(entry('3', 'bob', 'three', 3));
    log.receiveHistory([entry('1', 'bob', 'one', 1), entry('2', 'bob', 'two', 2), entry('3', 'bob', 'three', 3)]);
    expect(log.state.get().messages.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(log.state.get().unread).toBe(3);
  });

  it('shows an own message at once, and as said when the server has it', () => {
    const log = new ChatLog(send);
    log.connected('me', 'Ada');
    expect(log.say('  hello ')).toBe(true);
    expect(sent).toEqual([{ type: 'chat', text: 'hello' }]);
    expect(log.state.get().messages).toMatchObject([{ text: 'hello', pending: true, isOwn: true }]);
    log.receive(entry('1', 'me', 'hello'));
    expect(log.state.get().messages).toMatchObject([{ id: '1', text: 'hello', pending: false, isOwn: true }]);
  });

  it('says again after coming back what the replay does not contain, and only that', async () => {
    const log = new ChatLog(send);
    log.connected('me', 'Ada');
    log.say('arrived');
    log.say('lost');
    sent = [];
    log.connected('me', 'Ada');
    log.receiveHistory([entry('1', 'me', 'arrived')]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toEqual([{ type: 'chat', text: 'lost' }]);
  });

  it('does not send nothing, nor too much', () => {
    const log = new ChatLog(send);
    expect(log.say('   ')).toBe(false);
    expect(log.say('x'.repeat(4001))).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe('ViewReporter', () => {
  const item = (peerId: string, width = 320) => ({ peerId, source: 'camera' as const, width, height: 180 });

  it('reports once things have come to rest, and only what changed', async () => {
    const view = new ViewReporter(send);
    view.set([item('bob', 300)]);
    view.set([item('eve'), item('bob')]);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([{ type: 'view', items: [item('bob'), item('eve')] }]);
    view.set([item('bob'), item('eve')]);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toHaveLength(1);
  });

  it('reports again in a new place', async () => {
    const view = new ViewReporter(send);
    view.set([item('bob')]);
    await vi.advanceTimersByTimeAsync(300);
    view.restart();
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toHaveLength(2);
  });
});

describe('quality', () => {
  const fine = { lossSent: 0, lossReceived: 0, roundTripTime: 0.03, jitter: 0.005, connected: true };
  it.each([
    [{}, 'excellent'],
    [{ lossReceived: 0.03 }, 'good'],
    [{ lossSent: 0.1 }, 'poor'],
    [{ roundTripTime: 0.3 }, 'good'],
    [{ jitter: 0.2 }, 'poor'],
    [{ connected: false }, 'lost'],
  ])('%o is %s', (change, level) => {
    expect(rateQuality({ ...fine, ...change })).toBe(level);
  });
});

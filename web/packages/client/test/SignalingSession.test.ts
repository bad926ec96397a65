import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TertuliaError } from '../src/errors.js';
import { backoffDelay } from '../src/signaling/backoff.js';
import { SignalingSession, type SessionOptions } from '../src/signaling/SignalingSession.js';
import { FakePlatform, settle } from './fakes/FakePlatform.js';

let platform: FakePlatform;
beforeEach(() => {
  vi.useFakeTimers();
  platform = new FakePlatform();
});
afterEach(() => vi.useRealTimers());

function start(options: Partial<SessionOptions> = {}): SignalingSession {
  const session = new SignalingSession(
    platform,
    { url: 'wss://meet.test/ws/signaling', meetingId: 'mtg_1', token: 'first', checkRefusal: async () => 'open', ...options },
    { message: () => undefined },
  );
  session.start();
  return session;
}

describe('a place in a meeting', () => {
  it('asks for the transport dialect with token and meeting', () => {
    start();
    expect(platform.socket.protocol).toBe('tertulia.v1');
    expect(platform.socket.token).toBe('first');
    expect(platform.socket.url.searchParams.get('meetingId')).toBe('mtg_1');
  });

  it('is connected by the welcome, not by the open socket', () => {
    const session = start();
    platform.socket.accept();
    expect(session.state.get().status).toBe('connecting');
    platform.socket.welcome();
    expect(session.state.get().status).toBe('connected');
  });

  it('comes back at once with the resume token', async () => {
    const session = start();
    platform.socket.welcome({ resumeToken: 'resume-7' });
    platform.socket.drop();
    expect(session.state.get().status).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1);
    expect(platform.sockets).toHaveLength(2);
    expect(platform.socket.token).toBe('resume-7');
    platform.socket.welcome({ resumed: true });
    expect(session.state.get()).toEqual({ status: 'connected', attempt: 0 });
  });

  it('keeps trying while the server cannot be reached, with growing pauses', async () => {
    start({ checkRefusal: async () => null });
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 6; i++) {
      await vi.advanceTimersByTimeAsync(backoffDelay(i, () => 1));
      expect(platform.sockets).toHaveLength(i + 2);
      platform.socket.drop();
      await settle();
    }
    expect(platform.socket.token).toBe('resume-1');
  });

  it('tries at once when the network returns', async () => {
    start({ checkRefusal: async () => null });
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(6000);
      platform.socket.drop();
      await settle();
    }
    const before = platform.sockets.length;
    platform.goOnline();
    await vi.advanceTimersByTimeAsync(0);
    expect(platform.sockets).toHaveLength(before + 1);
  });

  it('asks a live socket for a sign of life when the network returns, and drops a dead one', async () => {
    start();
    platform.socket.welcome();
    platform.goOnline();
    expect(platform.socket.sentOf('ping')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(platform.sockets).toHaveLength(2);
  });

  it('takes a silent socket for dead', async () => {
    const session = start();
    platform.socket.welcome();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(platform.sockets[0]!.closedWith).toBe(4900);
    expect(session.state.get().status).toBe('reconnecting');
  });

  it('stays on a socket that answers', async () => {
    start();
    platform.socket.welcome();
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(5000);
      platform.socket.deliver({ type: 'pong' });
    }
    expect(platform.sockets).toHaveLength(1);
  });

  it('takes a new token when the server is up but refuses the old place', async () => {
    const refreshToken = vi.fn(async () => 'second');
    start({ refreshToken });
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 2; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      platform.socket.drop(); // refused: closed without having been open
      await settle();
    }
    expect(refreshToken).toHaveBeenCalledOnce();
    expect(platform.socket.token).toBe('second');
  });

  it('is lost for good when there is no other token', async () => {
    const session = start();
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 2; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      platform.socket.drop();
      await settle();
    }
    expect(session.state.get()).toMatchObject({ status: 'closed', end: 'lost' });
  });

  it.each([
    [4001, 'replaced'],
    [4003, 'removed'],
    [4004, 'ended'],
    [4002, 'flooded'],
  ])('ends with close code %i as %s', async (code, end) => {
    const session = start();
    platform.socket.welcome();
    platform.socket.drop(code);
    await settle();
    expect(session.state.get()).toMatchObject({ status: 'closed', end });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(1);
  });

  it.each([1001, 1006, 1011, 1012, 4008, 4500])('comes back after close code %i', async (code) => {
    start();
    platform.socket.welcome();
    platform.socket.drop(code);
    await vi.advanceTimersByTimeAsync(1000);
    expect(platform.sockets).toHaveLength(2);
  });

  it.each([
    ['meeting-full', 'full'],
    ['meeting-unknown', 'unknown'],
    ['meeting-ended', 'ended'],
  ])('a newcomer refused with %s ends as %s', async (code, end) => {
    const session = start({ checkRefusal: async () => code });
    platform.socket.drop();
    await settle();
    expect(session.state.get()).toMatchObject({ status: 'closed', end });
  });

  it('ends when the meeting ended while it was away', async () => {
    const session = start({
      checkRefusal: async () => 'open',
      refreshToken: async () => {
        throw new TertuliaError('meeting-ended', 'over', { status: 410 });
      },
    });
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 2; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      platform.socket.drop();
      await settle();
    }
    expect(session.state.get()).toMatchObject({ status: 'closed', end: 'ended' });
  });

  it('does as a draining server asks: comes back after the pause it named', async () => {
    const session = start();
    platform.socket.welcome();
    platform.socket.deliver({ type: 'reconnect', afterMs: 2000 });
    expect(session.state.get().status).toBe('reconnecting');
    expect(platform.sockets[0]!.closedWith).toBe(4900);
    await vi.advanceTimersByTimeAsync(1999);
    expect(platform.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(platform.socket.token).toBe('resume-1');
  });

  it('leaves with a message and a normal close, and never returns', async () => {
    const session = start();
    platform.socket.welcome();
    const socket = platform.socket;
    session.leave();
    expect(socket.sentOf('leave')).toHaveLength(1);
    expect(socket.closedWith).toBe(1000);
    expect(session.state.get()).toMatchObject({ status: 'closed', end: 'left' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(platform.sockets).toHaveLength(1);
  });

  it('gives up in the end', async () => {
    const session = start({ checkRefusal: async () => null, giveUpAfterMs: 20_000 });
    platform.socket.welcome();
    platform.socket.drop();
    for (let i = 0; i < 12; i++) {
      await vi.advanceTimersByTimeAsync(6000);
      platform.socket.drop();
      await settle();
    }
    expect(session.state.get()).toMatchObject({ status: 'closed', end: 'lost' });
  });

  it('ignores what is no message', () => {
    const session = start();
    platform.socket.accept();
    platform.socket.onmessage?.({ data: '{nonsense' } as MessageEvent);
    platform.socket.onmessage?.({ data: '[1]' } as MessageEvent);
    platform.socket.onmessage?.({ data: 'null' } as MessageEvent);
    expect(session.state.get().status).toBe('connecting');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MeetingClient } from '../src/MeetingClient.js';
import { FakePlatform, settle } from './fakes/FakePlatform.js';

let platform: FakePlatform;
let client: MeetingClient;
const bob = { peerId: 'bob', displayName: 'Bob', role: 'guest', tracks: [{ source: 'camera', muted: false }] };

beforeEach(() => {
  vi.useFakeTimers();
  platform = new FakePlatform();
  client = new MeetingClient({ platform });
});
afterEach(() => vi.useRealTimers());

function connect(): Promise<void> {
  return client.connect({ url: 'https://meet.test/', meetingId: 'mtg_1', token: 'first', refreshToken: async () => 'second' });
}

async function join(welcome: Record<string, unknown> = {}): Promise<void> {
  const connected = connect();
  platform.socket.welcome(welcome);
  await connected;
  await settle();
}

/** A socket that breaks and is resumed. */
async function dropAndResume(welcome: Record<string, unknown> = {}): Promise<void> {
  platform.socket.drop();
  await vi.advanceTimersByTimeAsync(1);
  platform.socket.welcome({ resumed: true, ...welcome });
  await settle();
}

describe('joining', () => {
  it('connects to the signaling address of the server', async () => {
    await join({ participants: [bob] });
    expect(platform.socket.url.href).toMatch(/^wss:\/\/meet\.test\/ws\/signaling\?token=first&meetingId=mtg_1$/);
    expect(client.participants.get().others.map(({ displayName }) => displayName)).toEqual(['Bob']);
  });

  it('says why it could not', async () => {
    platform.publicMeeting = { status: 200, body: { state: 'open', participantCount: 2, maxParticipants: 2 } };
    const connected = connect();
    platform.socket.drop();
    await expect(connected).rejects.toMatchObject({ code: 'full' });
  });

  it('publishes what was turned on before, with its mute states', async () => {
    await client.media.startCamera();
    await join();
    expect(platform.socket.sentOf('track')).toEqual([
      { type: 'track', source: 'microphone', muted: true },
      { type: 'track', source: 'camera', muted: false },
    ]);
    expect(platform.socket.sentOf('offer')).toHaveLength(1);
    expect(platform.connections[0]!.transceivers[1]!.sender.track).toBe(platform.tracks[0]);
  });
});

describe('own devices', () => {
  it('mutes by silence, keeping the device', async () => {
    await join();
    await client.media.unmuteMicrophone();
    await client.media.muteMicrophone();
    expect(platform.tracks[0]).toMatchObject({ enabled: false, readyState: 'live' });
    expect(platform.socket.sentOf('track').map(({ source, muted }) => [source, muted])).toEqual([
      ['microphone', true],
      ['camera', true],
      ['microphone', false],
      ['microphone', true],
    ]);
    expect(client.participants.get().self!.tracks.microphone).toEqual({ muted: true });
  });

  it('turns the camera off for real', async () => {
    await join();
    await client.media.startCamera();
    await client.media.stopCamera();
    expect(platform.tracks[0]!.readyState).toBe('ended');
    expect(platform.connections[0]!.transceivers[1]!.sender.track).toBeNull();
  });

  it("stops sharing when the browser's own button does", async () => {
    await join();
    platform.connections[0]!.signalingState = 'stable';
    const ended = vi.fn();
    client.media.on('screenended', ended);
    await client.media.startScreen();
    const [video, audio] = platform.tracks;
    video!.end();
    await settle();
    expect(ended).toHaveBeenCalledWith({ byBrowser: true });
    expect(audio!.readyState).toBe('ended');
    expect(platform.socket.sentOf('track').filter(({ source }) => source === 'screen')).toEqual([
      { type: 'track', source: 'screen', muted: false },
      { type: 'track', source: 'screen', muted: true, removed: true },
    ]);
  });

  it('names the ways in which a device cannot be had', async () => {
    const failures: [string, string, string][] = [
      ['NotAllowedError', 'Permission denied', 'permission-denied'],
      ['NotAllowedError', 'Permission denied by system', 'system-denied'],
      ['NotFoundError', 'Requested device not found', 'no-device'],
      ['NotReadableError', 'Could not start video source', 'device-busy'],
    ];
    for (const [name, message, code] of failures) {
      platform.getUserMedia = async () => {
        throw new DOMException(message, name);
      };
      await expect(client.media.startCamera()).rejects.toMatchObject({ code, source: 'camera' });
      expect(client.media.state.get().camera.error?.code).toBe(code);
    }
  });

  it('asks once for both devices, and for each when one of them is missing', async () => {
    const asked: string[] = [];
    platform.getUserMedia = async ({ audio, video }) => {
      asked.push([audio && 'audio', video && 'video'].filter(Boolean).join('+'));
      if (video) throw new DOMException('no camera', 'NotFoundError');
      return platform.stream('audio');
    };
    await client.media.startBoth();
    expect(asked[0]).toBe('audio+video');
    expect(client.media.state.get().microphone.muted).toBe(false);
    expect(client.media.state.get().camera.error?.code).toBe('no-device');
    platform.getUserMedia = async () => platform.stream('audio', 'video');
    await client.media.close();
    await client.media.startBoth();
    expect(client.media.state.get().camera.muted).toBe(false);
  });

  it('falls back to the default when a remembered device is gone', async () => {
    platform.getUserMedia = async (constraints) => {
      if (JSON.stringify(constraints).includes('old-camera')) throw new DOMException('gone', 'OverconstrainedError');
      return platform.stream('video');
    };
    await client.media.selectDevice('camera', 'old-camera');
    await client.media.startCamera();
    expect(client.media.state.get().camera.muted).toBe(false);
  });

  it('carries on with another device when the one in use is pulled out', async () => {
    const lost = vi.fn();
    client.media.on('lost', lost);
    await client.media.unmuteMicrophone();
    platform.tracks[0]!.end();
    await settle();
    expect(lost).toHaveBeenCalledWith({ source: 'microphone' });
    expect(client.media.state.get().microphone.track).toBe(platform.tracks[1]);
    expect(client.media.state.get().microphone.muted).toBe(false);
  });

  it('mutes itself when a host did so at the server', async () => {
    await join({ participants: [bob] });
    await client.media.unmuteMicrophone();
    const asked = vi.fn();
    client.on('muterequest', asked);
    platform.socket.deliver({ type: 'mute-request', from: 'bob', source: 'microphone' });
    await settle();
    expect(client.media.state.get().microphone.muted).toBe(true);
    expect(asked.mock.calls[0]![0].from.displayName).toBe('Bob');
  });

  it('releases everything on leaving', async () => {
    await join();
    await client.media.startCamera();
    await client.media.unmuteMicrophone();
    client.leave();
    await settle();
    expect(platform.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
    expect(platform.connections[0]!.connectionState).toBe('closed');
  });
});

describe('coming back', () => {
  it('leaves the media alone when the place was kept', async () => {
    await join({ participants: [bob] });
    const joined = vi.fn();
    client.on('joined', joined);
    await dropAndResume({ participants: [bob, { peerId: 'eve', displayName: 'Eve', role: 'guest' }] });
    expect(platform.connections).toHaveLength(1);
    expect(platform.connections[0]!.connectionState).not.toBe('closed');
    expect(joined.mock.calls.map(([participant]) => participant.displayName)).toEqual(['Eve']);
  });

  it('says again what may have changed meanwhile', async () => {
    await join();
    client.raiseHand(true);
    platform.socket.drop();
    await client.media.unmuteMicrophone();
    await vi.advanceTimersByTimeAsync(1);
    platform.socket.welcome({ resumed: true });
    await settle();
    expect(platform.socket.sentOf('track')).toContainEqual({ type: 'track', source: 'microphone', muted: false });
    expect(platform.socket.sentOf('hand')).toEqual([{ type: 'hand', raised: true }]);
  });

  it('begins anew when the place was not kept, and sends its tracks again', async () => {
    await client.media.startCamera();
    await join({ participants: [bob] });
    const rejoined = vi.fn();
    client.on('rejoined', rejoined);
    platform.socket.drop();
    await vi.advanceTimersByTimeAsync(1);
    platform.socket.welcome({ peerId: 'me-again', resumed: false, participants: [bob] });
    await settle();
    expect(rejoined).toHaveBeenCalledOnce();
    expect(platform.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
    expect(platform.connections[1]!.transceivers[1]!.sender.track).toBe(platform.tracks[0]);
    expect(client.participants.get().self!.peerId).toBe('me-again');
  });
});

describe('in the meeting', () => {
  it('follows who comes, goes, mutes, speaks and raises a hand', async () => {
    await join({ participants: [bob] });
    const left = vi.fn();
    client.on('left', left);
    platform.socket.deliver({ type: 'peer-joined', peerId: 'eve', displayName: 'Eve', role: 'participant' });
    platform.socket.deliver({ type: 'track', peerId: 'eve', source: 'microphone', muted: true });
    platform.socket.deliver({ type: 'hand', peerId: 'eve', raised: true });
    platform.socket.deliver({ type: 'active-speaker', peerId: 'bob' });
    expect(client.activeSpeaker.get()).toBe('bob');
    platform.socket.deliver({ type: 'peer-left', peerId: 'bob', reason: 'lost' });
    expect(client.activeSpeaker.get()).toBeNull();
    expect(client.participants.get().others).toMatchObject([{ displayName: 'Eve', handRaised: true, tracks: { microphone: { muted: true } } }]);
    expect(left.mock.calls[0]![0]).toMatchObject({ reason: 'lost', participant: { displayName: 'Bob' } });
  });

  it('knows itself as the speaker', async () => {
    await join();
    platform.socket.deliver({ type: 'active-speaker', peerId: 'me' });
    expect(client.activeSpeaker.get()).toBe('me');
  });

  it('shows whose line is bad, and its own as the server sees it', async () => {
    await join({ participants: [{ ...bob, quality: 'lost' }] });
    expect(client.participants.get().others[0]!.quality).toBe('lost');
    platform.socket.deliver({ type: 'quality', peerId: 'bob', quality: 'good' });
    platform.socket.deliver({ type: 'quality', peerId: 'me', quality: 'poor' });
    expect(client.participants.get().others[0]!.quality).toBe('good');
    expect(client.quality.get()).toBe('poor');
    platform.socket.deliver({ type: 'quality', peerId: 'me', quality: 'from-the-future' });
    expect(client.quality.get()).toBe('excellent');
  });

  it('takes no harm from what it does not know', async () => {
    await join();
    platform.socket.deliver({ type: 'from-the-future', peerId: 7 });
    platform.socket.deliver({ type: 'layers', layers: {} });
    expect(client.state.get().status).toBe('connected');
  });

  it('moves from direct connections to the SFU when told, and closes them once all is there', async () => {
    await join({ topology: 'p2p', participants: [bob] });
    const direct = platform.connections[0]!;
    platform.socket.deliver({ type: 'offer', from: 'bob', connection: 'peer', sdp: { type: 'offer', sdp: 'offer: audio video video audio' } });
    await settle();
    direct.become('connected');
    const stream = client.streams.get().get('bob')?.camera;
    expect(stream).toBeDefined();

    platform.socket.deliver({ type: 'topology', topology: 'sfu' });
    await settle();
    expect(platform.socket.sentOf('offer')).toMatchObject([{ to: 'sfu', connection: 'up' }]);
    platform.socket.deliver({
      type: 'offer',
      from: 'sfu',
      connection: 'down',
      sdp: { type: 'offer', sdp: 'offer: audio video' },
      tracks: [
        { mid: '0', peerId: 'bob', source: 'microphone' },
        { mid: '1', peerId: 'bob', source: 'camera' },
      ],
    });
    platform.socket.deliver({ type: 'answer', from: 'sfu', connection: 'up', sdp: { type: 'answer', sdp: 'answer' } });
    await settle();
    expect(client.streams.get().get('bob')?.camera).toBe(stream); // the direct picture stays meanwhile
    expect(direct.connectionState).toBe('connected');

    const [, up, down] = platform.connections;
    up!.become('connected');
    down!.become('connected');
    for (const { receiver } of down!.transceivers) receiver.flowing = true;
    await vi.advanceTimersByTimeAsync(8_000);
    expect(client.streams.get().get('bob')?.camera).not.toBe(stream);
    expect(direct.connectionState).toBe('closed');
  });

  it.each([
    [4003, 'removed'],
    [4004, 'ended'],
  ])('is over after close code %i: %s', async (code, end) => {
    await join();
    const ended = vi.fn();
    client.on('ended', ended);
    platform.socket.drop(code);
    await settle();
    expect(ended).toHaveBeenCalledWith(end);
  });
});

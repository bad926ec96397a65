import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownConnection } from '../src/connections/DownConnection.js';
import { PeerMesh } from '../src/connections/PeerMesh.js';
import { RemoteMedia, type RemoteTrack } from '../src/connections/RemoteMedia.js';
import { UpConnection } from '../src/connections/UpConnection.js';
import type { ClientMessage } from '../src/protocol/messages.js';
import { FakeReceiver, FakeTrack } from './fakes/FakePeerConnection.js';
import { FakePlatform, settle } from './fakes/FakePlatform.js';

let platform: FakePlatform;
let sent: ClientMessage[];
let socketOpen: boolean;
const send = (message: ClientMessage): boolean => {
  if (socketOpen) sent.push(message);
  return socketOpen;
};
const track = (kind: string): MediaStreamTrack => new FakeTrack(kind) as unknown as MediaStreamTrack;
const offers = () => sent.filter((message) => message.type === 'offer');
const answer = { type: 'answer', sdp: 'answer' } as const;

beforeEach(() => {
  vi.useFakeTimers();
  platform = new FakePlatform();
  sent = [];
  socketOpen = true;
});
afterEach(() => vi.useRealTimers());

describe('UpConnection', () => {
  it('offers microphone and camera at once, each section named, the camera in three layers', async () => {
    const up = new UpConnection(platform, send, []);
    up.setTrack('camera', track('video'));
    await settle();
    expect(offers()).toEqual([
      expect.objectContaining({
        to: 'sfu',
        connection: 'up',
        tracks: [
          { mid: '0', source: 'microphone' },
          { mid: '1', source: 'camera' },
        ],
      }),
    ]);
    expect(platform.connections[0]!.transceivers[1]!.sender.encodings).toMatchObject([{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }]);
  });

  it('turns camera and microphone on and off without another offer', async () => {
    const up = new UpConnection(platform, send, []);
    await settle();
    up.handleAnswer(answer);
    await settle();
    up.setTrack('camera', track('video'));
    up.setTrack('camera', null);
    up.setTrack('microphone', track('audio'));
    await settle();
    expect(offers()).toHaveLength(1);
    expect(platform.connections[0]!.transceivers[1]!.sender.track).toBeNull();
  });

  it('never offers while an answer is awaited, and folds what changed into one following offer', async () => {
    const up = new UpConnection(platform, send, []);
    await settle();
    up.setTrack('screen', track('video'));
    up.setTrack('screen-audio', track('audio'));
    await settle();
    expect(offers()).toHaveLength(1);
    up.handleAnswer(answer);
    await settle();
    expect(offers()).toHaveLength(2);
    expect(offers()[1]).toMatchObject({ tracks: [{}, {}, { mid: '2', source: 'screen' }, { mid: '3', source: 'screen-audio' }] });
  });

  it('gives the screen its old section again', async () => {
    const up = new UpConnection(platform, send, []);
    up.setTrack('screen', track('video'));
    await settle();
    up.handleAnswer(answer);
    await settle();
    up.setTrack('screen', null);
    await settle();
    expect(offers().at(-1)).toMatchObject({ tracks: [{ source: 'microphone' }, { source: 'camera' }] });
    up.handleAnswer(answer);
    await settle();
    up.setTrack('screen', track('video'));
    await settle();
    expect(offers().at(-1)).toMatchObject({ tracks: [{}, {}, { mid: '2', source: 'screen' }] });
    expect(platform.connections[0]!.transceivers).toHaveLength(3);
  });

  it('repeats an offer that may have been lost with the old socket', async () => {
    socketOpen = false;
    const up = new UpConnection(platform, send, []);
    await settle();
    await vi.advanceTimersByTimeAsync(60_000); // time without a socket does not count against the offer
    expect(platform.connections).toHaveLength(1);
    socketOpen = true;
    up.signalingRestored();
    expect(offers()).toHaveLength(1);
    up.handleAnswer(answer);
    await settle();
    expect(platform.connections[0]!.signalingState).toBe('stable');
  });

  it('starts over with a new connection when an offer is refused, and stops after three', async () => {
    const up = new UpConnection(platform, send, []);
    for (let i = 0; i < 5; i++) {
      await settle();
      up.handleRefusal('bad-sdp');
    }
    await settle();
    expect(platform.connections).toHaveLength(3);
  });

  it('restarts ICE when the connection fails, then replaces it', async () => {
    const up = new UpConnection(platform, send, []);
    up.setTrack('camera', track('video'));
    await settle();
    up.handleAnswer(answer);
    await settle();
    const first = platform.connections[0]!;
    first.become('connected');
    first.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    await settle();
    expect(first.iceRestarts).toBe(1);
    up.handleAnswer(answer);
    await vi.advanceTimersByTimeAsync(6_000);
    up.handleAnswer(answer);
    await vi.advanceTimersByTimeAsync(6_000);
    await settle();
    expect(platform.connections).toHaveLength(2);
    expect(platform.connections[1]!.transceivers[1]!.sender.track).not.toBeNull();
  });

  it('connects anew at once when the server hears nothing', async () => {
    const up = new UpConnection(platform, send, []);
    await settle();
    up.handleAnswer(answer);
    await settle();
    platform.connections[0]!.become('connected');
    up.restart();
    up.restart();
    await settle();
    expect(platform.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
    expect(offers()).toHaveLength(2);
  });

  it('leaves a short disconnection alone', async () => {
    const up = new UpConnection(platform, send, []);
    await settle();
    up.handleAnswer(answer);
    await settle();
    const connection = platform.connections[0]!;
    connection.become('connected');
    connection.become('disconnected');
    await vi.advanceTimersByTimeAsync(3_000);
    connection.become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(offers()).toHaveLength(1);
  });
});

describe('DownConnection', () => {
  const offer = (kinds: string, tracks: [string, string, 'camera' | 'microphone'][], fresh = false) => ({
    sdp: { type: 'offer' as const, sdp: `offer: ${kinds}` },
    tracks: tracks.map(([mid, peerId, source]) => ({ mid, peerId, source })),
    fresh,
  });
  const names = (tracks: RemoteTrack[]) => tracks.map(({ peerId, source }) => `${peerId}/${source}`);

  it('answers and says whose each section is, anew with every offer', async () => {
    let tracks: RemoteTrack[] = [];
    const down = new DownConnection(platform, send, [], (next) => (tracks = next));
    await down.handleOffer(offer('audio video', [['0', 'bob', 'microphone'], ['1', 'bob', 'camera']]));
    expect(names(tracks)).toEqual(['bob/microphone', 'bob/camera']);
    const video = tracks[1]!.receiver;
    await down.handleOffer(offer('audio video', [['1', 'eve', 'camera']]));
    expect(names(tracks)).toEqual(['eve/camera']);
    expect(tracks[0]!.receiver).toBe(video);
    expect(sent.filter(({ type }) => type === 'answer')).toHaveLength(2);
    expect(platform.connections).toHaveLength(1);
  });

  it('handles offers one after the other', async () => {
    const down = new DownConnection(platform, send, [], () => undefined);
    await Promise.all([down.handleOffer(offer('audio', [])), down.handleOffer(offer('audio video', []))]);
    expect(sent).toMatchObject([
      { type: 'answer', to: 'sfu', connection: 'down' },
      { type: 'answer', to: 'sfu', connection: 'down' },
    ]);
  });

  it('takes a fresh offer with a new connection', async () => {
    const down = new DownConnection(platform, send, [], () => undefined);
    await down.handleOffer(offer('audio', []));
    await down.handleOffer(offer('audio', [], true));
    expect(platform.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
  });

  it('asks for a fresh one when an offer cannot be used or the connection fails', async () => {
    const down = new DownConnection(platform, send, [], () => undefined);
    await down.handleOffer({ sdp: { type: 'offer', sdp: 'garbage' }, tracks: [], fresh: false });
    expect(sent).toEqual([{ type: 'reconnect', connection: 'down' }]);
    await down.handleOffer(offer('audio', [], true));
    platform.connections.at(-1)!.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.at(-1)).toEqual({ type: 'reconnect', connection: 'down' });
  });

  it('sends an answer that found no socket when the socket is back', async () => {
    const down = new DownConnection(platform, send, [], () => undefined);
    socketOpen = false;
    await down.handleOffer(offer('audio', []));
    socketOpen = true;
    down.signalingRestored();
    down.signalingRestored();
    expect(sent).toMatchObject([{ type: 'answer' }]);
  });
});

describe('PeerMesh', () => {
  it('offers to whoever comes later and waits for whoever was there', async () => {
    const mesh = new PeerMesh(platform, send, [], () => undefined);
    mesh.addPeer('old', false);
    mesh.addPeer('new', true);
    await settle();
    expect(offers()).toEqual([expect.objectContaining({ to: 'new', connection: 'peer' })]);
  });

  it('answers with its own tracks on the sections of the offer, candidates kept until then', async () => {
    let tracks: RemoteTrack[] = [];
    const mesh = new PeerMesh(platform, send, [], (next) => (tracks = next));
    const camera = track('video');
    mesh.setTrack('camera', camera);
    mesh.addPeer('bob', false);
    mesh.handleCandidate('bob', { candidate: 'early' });
    await settle();
    const connection = platform.connections[0]!;
    expect(connection.candidates).toEqual([]);
    mesh.handleOffer('bob', { type: 'offer', sdp: 'offer: audio video video audio' });
    await settle();
    expect(connection.candidates).toEqual([{ candidate: 'early' }]);
    expect(connection.transceivers.map(({ direction }) => direction)).toEqual(['sendrecv', 'sendrecv', 'sendrecv', 'sendrecv']);
    expect(connection.transceivers[1]!.sender.track).toBe(camera);
    expect(sent.at(-1)).toMatchObject({ type: 'answer', to: 'bob', connection: 'peer' });
    expect(tracks.map(({ source }) => source)).toEqual(['microphone', 'camera', 'screen', 'screen-audio']);
  });

  it('shares a screen without negotiating', async () => {
    const mesh = new PeerMesh(platform, send, [], () => undefined);
    mesh.addPeer('new', true);
    await settle();
    mesh.setTrack('screen', track('video'));
    await settle();
    expect(offers()).toHaveLength(1);
    expect(platform.connections[0]!.transceivers[2]!.sender.track).not.toBeNull();
  });

  it('lets only the first one restart ICE, so that offers cannot cross', async () => {
    const mesh = new PeerMesh(platform, send, [], () => undefined);
    mesh.addPeer('old', false);
    mesh.addPeer('new', true);
    await settle();
    mesh.handleOffer('old', { type: 'offer', sdp: 'offer: audio video video audio' });
    mesh.handleAnswer('new', answer);
    await settle();
    for (const connection of platform.connections) connection.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    await settle();
    expect(platform.connections.map(({ iceRestarts }) => iceRestarts)).toEqual([0, 1]);
    const reports = () => sent.filter(({ type }) => type === 'reconnect');
    expect(reports()).toEqual([]);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(reports()).toContainEqual({ type: 'reconnect', connection: 'peer' });
  });

  it('takes no notice of strangers', async () => {
    const mesh = new PeerMesh(platform, send, [], () => undefined);
    mesh.handleOffer('nobody', { type: 'offer', sdp: 'offer: audio' });
    mesh.handleCandidate('nobody', null);
    await settle();
    expect(platform.connections).toHaveLength(0);
  });
});

describe('RemoteMedia', () => {
  const from = (source: 'camera' | 'microphone', receiver = new FakeReceiver('video')) => ({
    peerId: 'bob',
    source,
    receiver: receiver as unknown as RTCRtpReceiver,
  });
  const shown = (media: RemoteMedia) => (media.streams.get().get('bob')?.camera?.getTracks()[0] as unknown as FakeTrack | undefined)?.id;

  it('keeps showing the direct picture until the one through the SFU flows', async () => {
    const media = new RemoteMedia(platform);
    media.prefer('mesh');
    const direct = new FakeReceiver('video');
    const routed = new FakeReceiver('video');
    media.setTracks('mesh', [from('camera', direct)]);
    media.prefer('down');
    media.setTracks('down', [from('camera', routed)]);
    expect(shown(media)).toBe(direct.track.id);
    expect(media.isSettled).toBe(false);
    routed.flowing = true;
    await vi.advanceTimersByTimeAsync(200);
    expect(shown(media)).toBe(routed.track.id);
    expect(media.isSettled).toBe(true);
  });

  it('does not wait for ever for a source that is muted', async () => {
    const media = new RemoteMedia(platform);
    media.prefer('mesh');
    media.setTracks('mesh', [from('camera')]);
    media.prefer('down');
    media.setTracks('down', [from('camera')]);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(media.isSettled).toBe(true);
  });

  it('keeps stream objects that did not change', () => {
    const media = new RemoteMedia(platform);
    const camera = from('camera');
    media.setTracks('down', [camera]);
    const before = media.streams.get().get('bob');
    media.setTracks('down', [camera]);
    expect(media.streams.get().get('bob')).toBe(before);
    media.setTracks('down', [camera, from('microphone')]);
    expect(media.streams.get().get('bob')?.camera).toBe(before?.camera);
  });

  it('forgets who is gone', () => {
    const media = new RemoteMedia(platform);
    media.setTracks('down', [from('camera')]);
    media.setTracks('down', []);
    expect(media.streams.get().size).toBe(0);
  });
});

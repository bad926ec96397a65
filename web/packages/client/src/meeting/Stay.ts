import { MediaPlane } from '../connections/MediaPlane.js';
import { RemoteMedia } from '../connections/RemoteMedia.js';
import type { LocalMedia } from '../media/LocalMedia.js';
import type { Platform } from '../platform.js';
import type { BroadcastMessage, RecordingMessage, SendMessage, ServerMessage, WelcomeMessage } from '../protocol/messages.js';
import { QualityMonitor } from '../stats/QualityMonitor.js';
import type { Emitter } from '../util/Emitter.js';
import { Store } from '../util/Store.js';
import { CaptionLog } from './CaptionLog.js';
import { ChatLog } from './ChatLog.js';
import type { MeetingEvents } from './events.js';
import { Publisher } from './Publisher.js';
import { Roster } from './Roster.js';
import { ViewReporter } from './ViewReporter.js';

export interface MeetingInfo {
  readonly meetingId: string;
  readonly title: string;
  readonly topology: 'sfu' | 'p2p';
  readonly startedAt: Date | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How a recording of the meeting stands. */
export type RecordingState = Omit<RecordingMessage, 'type'>;

/** The meeting is shown to the public. */
export type BroadcastState = Omit<BroadcastMessage, 'type'>;

/** What the server's messages add up to: one switch over their types, each handed to the part it concerns. */
export class Stay {
  readonly roster = new Roster();
  readonly chat: ChatLog;
  readonly captions: CaptionLog;
  readonly view: ViewReporter;
  readonly quality: QualityMonitor;
  readonly remote: RemoteMedia;
  readonly activeSpeaker = new Store<string | null>(null);
  readonly info = new Store<MeetingInfo | null>(null);
  readonly recording = new Store<RecordingState | null>(null);
  readonly broadcast = new Store<BroadcastState | null>(null);
  readonly #platform: Platform;
  readonly #send: SendMessage;
  readonly #media: LocalMedia;
  readonly #publisher: Publisher;
  readonly #events: Emitter<MeetingEvents>;
  #plane: MediaPlane | null = null;

  constructor(platform: Platform, send: SendMessage, media: LocalMedia, events: Emitter<MeetingEvents>) {
    this.#platform = platform;
    this.#send = send;
    this.#media = media;
    this.#events = events;
    this.chat = new ChatLog(send);
    this.captions = new CaptionLog(send);
    this.view = new ViewReporter(send);
    this.remote = new RemoteMedia(platform);
    this.#publisher = new Publisher(media, this.roster, send);
    this.quality = new QualityMonitor(() => this.#plane?.connections ?? { sending: [], receiving: [] });
  }

  handle(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'peer-joined':
        return this.#joined(message);
      case 'peer-left':
        return this.#left(message.peerId, message.reason);
      case 'active-speaker':
        return this.activeSpeaker.set(message.peerId === 'local' ? this.#selfId : message.peerId);
      case 'chat': {
        const entry = this.chat.receive(message);
        if (entry) this.#events.emit('chat', entry);
        return;
      }
      case 'chat-history':
        return this.chat.receiveHistory(message.messages);
      case 'track':
        // What we send ourselves is known better here, unless the server muted it: that comes as a mute-request.
        if (message.peerId === this.#selfId) return;
        return this.roster.setTrack(message.peerId, message.source, message.removed ? null : { muted: message.muted });
      case 'reaction':
        if (message.peerId !== this.#selfId) this.#events.emit('reaction', { peerId: message.peerId, emoji: message.emoji });
        return;
      case 'hand':
        return this.#hand(message.peerId, message.raised);
      case 'mute-request':
        return this.#muted(message.from, message.source);
      case 'recording':
        return this.#recorded(message);
      case 'broadcast':
        return this.#broadcast(message);
      case 'quality':
        if (message.peerId === this.#selfId) this.quality.tell(message.quality);
        return this.roster.setQuality(message.peerId, message.quality);
      case 'transcription':
        return this.captions.receive(message);
      case 'captions':
        return this.captions.told(message.captions, message.reason);
      case 'layers':
        return this.#plane?.setLayers(message.source, message.rids);
      case 'restart':
        return this.#plane?.restart();
      case 'topology':
        this.info.update((info) => (info ? { ...info, topology: message.topology } : info));
        return this.#plane?.setTopology(message.topology);
      case 'offer':
      case 'answer':
      case 'ice-candidate':
        return this.#plane?.handle(message);
      case 'error':
        if (message.ref === 'offer') this.#plane?.handleRefusal(message.code);
        return this.#events.emit('refused', { code: message.code, message: message.message, ref: message.ref });
      default: // newer servers may say more than this client understands
    }
  }

  raiseHand(raised: boolean): void {
    this.roster.setHand(this.#selfId ?? '', raised);
    this.#send({ type: 'hand', raised });
  }

  react(emoji: string): void {
    if (this.#selfId && this.#send({ type: 'reaction', emoji })) this.#events.emit('reaction', { peerId: this.#selfId, emoji });
  }

  close(): void {
    this.quality.stop();
    this.view.close();
    this.chat.close();
    this.#publisher.close();
    this.#plane?.close();
    this.remote.close();
  }

  get #selfId(): string | null {
    return this.roster.state.get().self?.peerId ?? null;
  }

  #welcome(message: WelcomeMessage): void {
    const before = this.roster.state.get().self;
    const resumed = message.resumed === true && before?.peerId === message.peerId && this.#plane !== null;
    const changes = this.roster.reset(message, message.participants, resumed);
    this.quality.tell('excellent');
    this.chat.connected(message.peerId, message.displayName);
    this.captions.connected(message.state?.captions ?? null);
    this.activeSpeaker.set(message.state?.activeSpeaker ?? null);
    // While one goes on, a message about it follows.
    if (!message.state?.recording && this.recording.get()?.state === 'recording') this.recording.set(null);
    if (!message.state?.broadcast) this.broadcast.set(null);
    this.info.set({
      meetingId: message.meetingId,
      title: message.title ?? '',
      topology: message.topology,
      startedAt: message.state?.startedAt ? new Date(message.state.startedAt) : null,
      settings: message.settings ?? {},
    });
    if (resumed) this.#resume(message, changes);
    else this.#begin(message);
    if (before?.handRaised) this.raiseHand(true);
    if (before) {
      for (const participant of changes.joined) if (resumed) this.#events.emit('joined', participant);
      if (!resumed) this.#events.emit('rejoined', undefined);
    }
  }

  #begin(message: WelcomeMessage): void {
    this.#plane?.close();
    this.#plane = new MediaPlane(this.#platform, this.#send, message.iceServers ?? [], message.topology, this.remote);
    for (const { peerId, joinedAfterUs } of this.roster.state.get().others) this.#plane.addPeer({ peerId, weWereFirst: joinedAfterUs });
    this.#publisher.attach(this.#plane);
    this.#plane.start();
    this.view.restart();
    this.quality.start();
  }

  #resume(message: WelcomeMessage, { joined, left }: { joined: readonly { peerId: string }[]; left: readonly { peerId: string }[] }): void {
    for (const { peerId } of left) this.#plane?.removePeer(peerId);
    for (const { peerId } of joined) this.#plane?.addPeer({ peerId, weWereFirst: true });
    this.#plane?.setTopology(message.topology);
    this.#plane?.signalingRestored();
    this.#publisher.signalingRestored();
    this.view.restart();
  }

  #recorded({ type: _, ...state }: RecordingMessage): void {
    const before = this.recording.get();
    this.recording.set(state);
    if (before?.state !== state.state || before.recordingId !== state.recordingId || before.problem !== state.problem) this.#events.emit('recording', state);
  }

  #broadcast({ type: _, ...state }: BroadcastMessage): void {
    const wasLive = this.broadcast.get() !== null;
    const isLive = state.state === 'live';
    this.broadcast.set(isLive ? state : null);
    if (isLive !== wasLive) this.#events.emit('broadcast', state);
  }

  #joined(message: Extract<ServerMessage, { type: 'peer-joined' }>): void {
    const participant = this.roster.add(message);
    if (!participant) return;
    this.#plane?.addPeer({ peerId: participant.peerId, weWereFirst: true });
    this.#events.emit('joined', participant);
  }

  #left(peerId: string, reason: string | undefined): void {
    this.#plane?.removePeer(peerId);
    if (this.activeSpeaker.get() === peerId) this.activeSpeaker.set(null);
    const participant = this.roster.remove(peerId);
    if (participant) this.#events.emit('left', { participant, reason });
  }

  #hand(peerId: string, raised: boolean): void {
    this.roster.setHand(peerId, raised);
    const participant = this.roster.find(peerId);
    if (participant && !participant.isLocal) this.#events.emit('hand', { participant, raised });
  }

  #muted(from: string | null, source: 'microphone' | 'camera' | 'screen' | 'screen-audio'): void {
    if (source === 'microphone') void this.#media.muteMicrophone();
    else if (source === 'camera') void this.#media.stopCamera();
    else void this.#media.stopScreen();
    this.#events.emit('muterequest', { from: from ? (this.roster.find(from) ?? null) : null, source });
  }
}

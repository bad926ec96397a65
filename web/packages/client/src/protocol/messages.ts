// The signaling messages of docs/protocol.md, dialect `tertulia.v1`. Unknown fields and types are ignored by both sides.

export type TrackSource = 'microphone' | 'camera' | 'screen' | 'screen-audio';
export type Role = 'host' | 'participant' | 'guest';
export type Topology = 'sfu' | 'p2p';
export type ConnectionName = 'up' | 'down' | 'peer';

/** How well somebody's line carries the meeting, the best first. */
export const QUALITY_LEVELS = ['excellent', 'good', 'poor', 'lost'] as const;
export type QualityLevel = (typeof QUALITY_LEVELS)[number];

export const TRACK_SOURCES: readonly TrackSource[] = ['microphone', 'camera', 'screen', 'screen-audio'];
export const SUBPROTOCOL = 'tertulia.v1';
export const SFU = 'sfu';

export interface TrackInfo {
  source: TrackSource;
  muted: boolean;
}

export interface ParticipantInfo {
  peerId: string;
  displayName: string;
  role: Role;
  metadata?: unknown;
  handRaised?: boolean;
  tracks?: TrackInfo[];
  quality?: QualityLevel;
}

export interface ChatEntry {
  id: string;
  from: string;
  peerId: string;
  text: string;
  timestamp: string;
  offset?: number;
  to?: string;
}

/** How captions stand for one participant. */
export interface CaptionsInfo {
  /** We are sent captions. */
  show: boolean;
  /** Speech is being recognised, in our language. */
  available: boolean;
  /** What we are taken to speak: a BCP 47 tag or `auto`. */
  language: string;
  languages: string[];
}

export interface TranscriptionEntry {
  speaker: string;
  peerId: string;
  text: string;
  timestamp: string;
  confidence: number;
  language: string;
  isFinal: boolean;
  segmentId: string;
}

export interface MeetingState {
  startedAt?: string;
  recording?: boolean;
  broadcast?: boolean;
  activeSpeaker?: string | null;
  captions?: CaptionsInfo;
}

export interface WelcomeMessage {
  type: 'welcome';
  peerId: string;
  displayName: string;
  role: Role;
  meetingId: string;
  title?: string;
  topology: Topology;
  participants: ParticipantInfo[];
  settings?: Record<string, unknown>;
  state?: MeetingState;
  serverTime?: string;
  resumed?: boolean;
  resumeToken?: string;
  iceServers?: RTCIceServer[];
}

export interface UpTrack {
  mid: string;
  source: TrackSource;
}

export interface DownTrack extends UpTrack {
  peerId: string;
}

/** How a recording of the meeting stands. */
export interface RecordingMessage {
  type: 'recording';
  state: 'recording' | 'processing' | 'ready' | 'failed';
  recordingId: string;
  startedAt: string;
  /** Display name of who started it. */
  by?: string;
  /** What is being missed while the meeting goes on. */
  problem?: 'disk-full' | 'disk-error' | 'disk-slow';
  /** 0 to 1, while it is processed. */
  progress?: number;
  /** Why it failed. */
  reason?: string;
  /** Signed; hosts only. */
  recordingUrl?: string;
}

/** The meeting is shown to the public, or no more. */
export interface BroadcastMessage {
  type: 'broadcast';
  state: 'live' | 'ended';
  startedAt: string;
  /** The page for viewers, who need no account. */
  watchUrl: string;
  /** Display name of who started it. */
  by?: string;
}

export type ServerMessage =
  | WelcomeMessage
  | { type: 'peer-joined'; peerId: string; displayName: string; role: Role; metadata?: unknown }
  | { type: 'peer-left'; peerId: string; reason?: string }
  | { type: 'active-speaker'; peerId: string | null }
  | ({ type: 'chat' } & ChatEntry)
  | { type: 'chat-history'; messages: ChatEntry[] }
  | { type: 'track'; peerId: string; source: TrackSource; muted: boolean; removed?: boolean }
  | { type: 'reaction'; peerId: string; emoji: string }
  | { type: 'hand'; peerId: string; raised: boolean }
  | { type: 'mute-request'; from: string | null; source: TrackSource }
  | { type: 'topology'; topology: Topology }
  | RecordingMessage
  | BroadcastMessage
  | { type: 'layers'; source: TrackSource; rids: string[] }
  | { type: 'quality'; peerId: string; quality: QualityLevel }
  | ({ type: 'transcription' } & TranscriptionEntry)
  | { type: 'captions'; captions: CaptionsInfo; reason?: string }
  | { type: 'meeting-ended'; reason?: string }
  | { type: 'reconnect'; afterMs?: number }
  | { type: 'restart'; connection: 'up' }
  | { type: 'error'; code: string; message: string; ref?: string }
  | { type: 'pong'; id?: string | number; serverTime?: string }
  | { type: 'offer'; from: string; connection: ConnectionName; sdp: RTCSessionDescriptionInit; tracks?: DownTrack[]; fresh?: boolean }
  | { type: 'answer'; from: string; connection: ConnectionName; sdp: RTCSessionDescriptionInit }
  | { type: 'ice-candidate'; from: string; connection: ConnectionName; candidate: RTCIceCandidateInit | null };

export interface ViewItem {
  peerId: string;
  source: TrackSource;
  /** Device pixels. */
  width: number;
  height: number;
}

export type ClientMessage =
  | { type: 'chat'; text: string; to?: string }
  | { type: 'reaction'; emoji: string }
  | { type: 'hand'; raised: boolean }
  | { type: 'ping'; id?: number }
  | { type: 'leave' }
  | { type: 'track'; source: TrackSource; muted: boolean; removed?: boolean }
  | { type: 'view'; items: ViewItem[] }
  | { type: 'mute-request'; peerId: string; source: TrackSource }
  | { type: 'captions'; show?: boolean; language?: string }
  | { type: 'remove'; peerId: string }
  | { type: 'end' }
  | { type: 'recording'; action: 'start' | 'stop' }
  | { type: 'broadcast'; action: 'start' | 'stop' }
  | { type: 'reconnect'; connection: 'down' | 'peer' }
  | { type: 'offer'; to: string; connection: ConnectionName; sdp: RTCSessionDescriptionInit; tracks?: UpTrack[] }
  | { type: 'answer'; to: string; connection: ConnectionName; sdp: RTCSessionDescriptionInit }
  | { type: 'ice-candidate'; to: string; connection: ConnectionName; candidate: RTCIceCandidateInit };

/** Sends one message if the socket is open; false means it was not sent. */
export type SendMessage = (message: ClientMessage) => boolean;

/** A message of the socket, or null when it is none that this client understands. */
export function parseServerMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message !== 'object' || message === null) return null;
    return typeof (message as { type?: unknown }).type === 'string' ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}

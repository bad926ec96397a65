import { TertuliaError } from '../errors.js';
import { browserPlatform, type Platform } from '../platform.js';
import type { Role } from '../protocol/messages.js';
import type { Summary, SummaryEdit, TranscriptLine, TranscriptPage } from './records.js';

/** A place in a meeting: what `connect` needs. */
export interface Admission {
  meetingId: string;
  token: string;
  joinUrl: string;
  iceServers: RTCIceServer[];
  warnings?: string[];
}

/** What anyone with the link may know. */
export interface PublicMeeting {
  meetingId: string;
  title: string;
  state: 'open' | 'ended';
  access: 'link' | 'key';
  participantCount: number;
  maxParticipants: number;
  /** Why this browser's connection would not be let in. */
  refusal?: 'post-quantum-required';
}

/** What viewers of a broadcast may know. */
export interface PublicBroadcast {
  state: 'waiting' | 'live' | 'ended';
  title: string;
  startedAt?: string;
  /** HLS; absent until there is something to play. */
  playlistUrl?: string;
  viewers?: number;
}

export interface Session {
  signedIn: boolean;
  accountName?: string;
  /** Whether this browser's connection would be let into meetings that require post-quantum signaling. */
  postQuantum?: boolean;
}

export interface NewMeeting {
  title?: string;
  settings?: { topology?: 'sfu' | 'p2p' | 'auto'; maxParticipants?: number; access?: 'link' | 'key'; requirePostQuantum?: boolean; transcription?: { enabled: boolean; language?: string; showCaptions?: boolean } };
}

/** `track` and `screen` are what one participant sent, as it was sent. */
export type RecordingLayout = 'grid' | 'speaker' | 'single' | 'audio' | 'track' | 'screen';

/** One file made of a recording. */
export interface Rendition {
  renditionId: string;
  layout: RecordingLayout;
  peerId?: string;
  status: 'waiting' | 'queued' | 'composing' | 'ready' | 'failed';
  /** 0 to 1, while it is made. */
  progress?: number;
  reason?: string;
  url?: string;
  size?: number;
}

export interface Recording {
  recordingId: string;
  meetingId: string;
  status: 'recording' | 'processing' | 'ready' | 'failed';
  startedAt: string;
  /** Seconds. */
  duration: number;
  /** False if the server stopped in the middle. */
  isWhole: boolean;
  recordingUrl?: string;
  transcriptUrl?: string;
  progress?: number;
  problem?: string;
  reason?: string;
  renditions: Rendition[];
}

/** A message of a past meeting's chat. */
export interface PastMessage {
  id: string;
  from: string;
  text: string;
  timestamp: string;
  /** Seconds since the meeting's start. */
  offset: number;
}

/** Somebody who was in a meeting. */
export interface PastParticipant {
  peerId: string;
  displayName: string;
}

/** A meeting of one's own account. */
export interface OwnMeeting {
  meetingId: string;
  title: string;
  state: 'open' | 'ended';
  createdAt: string;
  startedAt?: string;
}

/**
 * The REST calls that a page may make: with the session cookie of this origin or with none. An API key never belongs in a page;
 * your backend makes such calls, and hands the page its token.
 */
export class TertuliaApi {
  readonly #base: string;
  readonly #platform: Platform;

  /** @param baseUrl the server's address, e.g. `https://meet.example.org`; empty for the page's own origin. */
  constructor(baseUrl = '', platform: Platform = browserPlatform) {
    this.#base = baseUrl.replace(/\/+$/, '');
    this.#platform = platform;
  }

  session(): Promise<Session> {
    return this.#call('GET', '/api/session');
  }

  signOut(): Promise<void> {
    return this.#call('DELETE', '/api/session');
  }

  /** Needs a session. The token in the answer is a host's. */
  createMeeting(meeting: NewMeeting): Promise<Admission> {
    return this.#call('POST', '/api/meetings', meeting);
  }

  publicMeeting(meetingId: string): Promise<PublicMeeting> {
    return this.#call('GET', `/api/meetings/${encodeURIComponent(meetingId)}/public`);
  }

  /** Needs no session: the id is the secret. */
  broadcast(broadcastId: string): Promise<PublicBroadcast> {
    return this.#call('GET', `/broadcasts/${encodeURIComponent(broadcastId)}`);
  }

  joinAsGuest(meetingId: string, displayName: string): Promise<Admission> {
    return this.#call('POST', `/api/meetings/${encodeURIComponent(meetingId)}/guest`, { displayName });
  }

  /** Needs a session of the account that the meeting belongs to. */
  join(meetingId: string, displayName: string, role: Role): Promise<Admission> {
    return this.#call('POST', `/api/meetings/${encodeURIComponent(meetingId)}/join`, { displayName, role });
  }

  /** Needs a session, like everything about recordings. */
  meeting(meetingId: string): Promise<OwnMeeting> {
    return this.#call('GET', `/api/meetings/${encodeURIComponent(meetingId)}`);
  }

  async recordings(meetingId: string): Promise<Recording[]> {
    return (await this.#call<{ items: Recording[] }>('GET', `/api/meetings/${encodeURIComponent(meetingId)}/recordings`)).items;
  }

  /** Makes another file of a recording. @param peerId who is shown, for `single`, `track` and `screen`. */
  async renderRecording(meetingId: string, recordingId: string, layout: RecordingLayout, peerId?: string): Promise<void> {
    await this.#call('POST', `${recordingPath(meetingId, recordingId)}/render`, peerId === undefined ? { layout } : { layout, peerId });
  }

  /** Tries again to make what failed. */
  async retryRecording(meetingId: string, recordingId: string): Promise<void> {
    await this.#call('POST', `${recordingPath(meetingId, recordingId)}/retry`, {});
  }

  deleteRecording(meetingId: string, recordingId: string): Promise<void> {
    return this.#call('DELETE', recordingPath(meetingId, recordingId));
  }

  /** Everybody who was in the meeting, the first 100 stays. */
  async pastParticipants(meetingId: string): Promise<PastParticipant[]> {
    return (await this.#call<{ items: PastParticipant[] }>('GET', `/api/meetings/${encodeURIComponent(meetingId)}/participants?limit=100`)).items;
  }

  /** What was said to everyone, the first 100 messages. */
  async pastChat(meetingId: string): Promise<PastMessage[]> {
    return (await this.#call<{ items: PastMessage[] }>('GET', `/api/meetings/${encodeURIComponent(meetingId)}/chat?limit=100`)).items;
  }

  /** The newest meetings first. */
  async meetings(limit = 10): Promise<OwnMeeting[]> {
    return (await this.#call<{ items: OwnMeeting[] }>('GET', `/api/meetings?limit=${limit}`)).items;
  }

  /** A page of what was said, in the order in which it began. */
  transcript(meetingId: string, cursor?: string): Promise<TranscriptPage> {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    return this.#call('GET', `/api/meetings/${encodeURIComponent(meetingId)}/transcript?limit=100${after}`);
  }

  /** Corrects a speaker's name on all of their lines. */
  async renameSpeaker(meetingId: string, speaker: string, name: string): Promise<void> {
    await this.#call('PATCH', `/api/meetings/${encodeURIComponent(meetingId)}/transcript`, { speaker, name });
  }

  /** Corrects the speaker's name on one line. */
  renameLine(meetingId: string, segmentId: string, speaker: string): Promise<TranscriptLine> {
    return this.#call('PATCH', `/api/meetings/${encodeURIComponent(meetingId)}/transcript/${encodeURIComponent(segmentId)}`, { speaker });
  }

  /** The newest summary; fails with `summary-unknown` if none was made. */
  summary(meetingId: string): Promise<Summary> {
    return this.#call('GET', `/api/meetings/${encodeURIComponent(meetingId)}/summary`);
  }

  /** Makes a summary of what was said so far; `regenerate` makes a new one even if nothing has changed. */
  createSummary(meetingId: string, regenerate = false): Promise<Summary> {
    return this.#call('POST', `/api/meetings/${encodeURIComponent(meetingId)}/summary`, { format: 'structured', regenerate });
  }

  /** Makes a new version with these lists, or with the content of an earlier version. */
  editSummary(meetingId: string, edit: SummaryEdit): Promise<Summary> {
    return this.#call('PATCH', `/api/meetings/${encodeURIComponent(meetingId)}/summary`, edit);
  }

  /** All versions, the oldest first. */
  async summaries(meetingId: string): Promise<Summary[]> {
    const all: Summary[] = [];
    for (let cursor: string | undefined; ; ) {
      const after: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Summary[]; nextCursor?: string } = await this.#call('GET', `/api/meetings/${encodeURIComponent(meetingId)}/summaries?limit=100${after}`);
      all.push(...page.items);
      if (page.nextCursor === undefined) return all;
      cursor = page.nextCursor;
    }
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await this.#platform.fetch(this.#base + path, {
        method,
        credentials: 'same-origin',
        headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new TertuliaError('unreachable', 'the server cannot be reached', { cause: error });
    }
    if (!response.ok) throw await problem(response);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }
}

function recordingPath(meetingId: string, recordingId: string): string {
  return `/api/meetings/${encodeURIComponent(meetingId)}/recordings/${encodeURIComponent(recordingId)}`;
}

/** RFC 9457 problem details with the server's stable `code`. */
async function problem(response: Response): Promise<TertuliaError> {
  const details = (await response.json().catch(() => ({}))) as { code?: unknown; detail?: unknown; title?: unknown };
  const code = typeof details.code === 'string' ? details.code : `http-${response.status}`;
  const message = [details.detail, details.title].find((text) => typeof text === 'string') ?? response.statusText;
  return new TertuliaError(code, message as string, { status: response.status });
}

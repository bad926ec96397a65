import type { EndReason } from '../protocol/closeCodes.js';
import type { TrackSource } from '../protocol/messages.js';
import type { ChatMessage } from './ChatLog.js';
import type { Participant } from './Roster.js';
import type { BroadcastState, RecordingState } from './Stay.js';

/** What happens in a meeting, as against what is (that is in the stores). */
export interface MeetingEvents {
  joined: Participant;
  left: { participant: Participant; reason: string | undefined };
  chat: ChatMessage;
  reaction: { peerId: string; emoji: string };
  hand: { participant: Participant; raised: boolean };
  /** A host (or the API: `from` is null) muted this source of ours. */
  muterequest: { from: Participant | null; source: TrackSource };
  /** A recording started, ended, became ready, failed, or misses something. */
  recording: RecordingState;
  /** The meeting is shown to the public from now on, or no more. */
  broadcast: BroadcastState;
  /** The place in the meeting was lost and a new one taken: same person, new peer id. */
  rejoined: undefined;
  /** The server could not do what was asked. */
  refused: { code: string; message: string; ref: string | undefined };
  /** It is over for this client. */
  ended: EndReason;
}

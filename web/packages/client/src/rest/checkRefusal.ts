import { TertuliaError } from '../errors.js';
import type { TertuliaApi } from './TertuliaApi.js';

/**
 * A page cannot see why an upgrade was refused, so it asks what is public about the meeting.
 * Answers a refusal code, `open` when nothing speaks against joining (so it was the token), null when the server cannot say.
 */
export async function checkRefusal(api: TertuliaApi, meetingId: string): Promise<string | null> {
  try {
    const meeting = await api.publicMeeting(meetingId);
    if (meeting.state === 'ended') return 'meeting-ended';
    if (meeting.refusal) return meeting.refusal;
    return meeting.participantCount >= meeting.maxParticipants ? 'meeting-full' : 'open';
  } catch (error) {
    if (!(error instanceof TertuliaError) || error.status === undefined) return null;
    if (error.status === 404) return 'meeting-unknown';
    if (error.status === 410) return 'meeting-ended';
    return null;
  }
}

import { MeetingClient, TertuliaError, type Admission, type LocalMedia } from '@tertulia/client';
import { api, loadSession, session } from '../session/session.js';

/** Members of the account come in as hosts, everybody else as guests by the link. */
async function admit(meetingId: string, displayName: string): Promise<Admission> {
  const { signedIn } = session.get() ?? (await loadSession());
  if (signedIn) {
    try {
      return await api.join(meetingId, displayName, 'host');
    } catch (error) {
      // Another account's meeting, or a session that ran out: then the link alone must do.
      if (!(error instanceof TertuliaError) || ![401, 403, 404].includes(error.status ?? 0)) throw error;
    }
  }
  return api.joinAsGuest(meetingId, displayName);
}

/** Joins and connects. Throws a TertuliaError whose code says why not. */
export async function enter(meetingId: string, displayName: string, media: LocalMedia): Promise<MeetingClient> {
  const { token } = await admit(meetingId, displayName);
  const client = new MeetingClient({ media });
  await client.connect({
    url: location.origin,
    meetingId,
    token,
    refreshToken: async () => (await admit(meetingId, displayName)).token,
  });
  return client;
}

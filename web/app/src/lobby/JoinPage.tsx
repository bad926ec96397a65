import { LocalMedia, TertuliaError, type MeetingClient, type PublicMeeting } from '@tertulia/client';
import { MeetingProvider, useStore } from '@tertulia/react';
import { useEffect, useState, type ReactNode } from 'react';
import { EndPage, type EndKind } from '../endings/EndPage.js';
import { rememberDevices } from '../media/devices.js';
import { MeetingPage } from '../meeting/MeetingPage.js';
import { navigate } from '../routing/router.js';
import { api, loadSession, session } from '../session/session.js';
import { enter } from './admission.js';
import { Lobby } from './Lobby.js';

type Phase = { at: 'door' } | { at: 'lobby'; meeting: PublicMeeting } | { at: 'meeting'; client: MeetingClient } | { at: 'end'; kind: EndKind; isRecorded?: boolean };

/** From the link to the meeting and out again: door, lobby, meeting, ending. */
export function JoinPage({ meetingId }: { meetingId: string }): ReactNode {
  const [phase, setPhase] = useState<Phase>({ at: 'door' });
  const [media] = useState(() => new LocalMedia());

  useEffect(() => {
    const stop = rememberDevices(media);
    return () => {
      stop();
      void media.close();
    };
  }, [media]);

  // Each knock asks the server anew what is behind the door.
  const [knocks, setKnocks] = useState(0);
  useEffect(() => {
    let isGone = false;
    void loadSession();
    void look(meetingId).then((next) => !isGone && setPhase(next));
    return () => {
      isGone = true;
    };
  }, [meetingId, knocks]);
  const knockAgain = (): void => {
    setPhase({ at: 'door' });
    setKnocks(knocks + 1);
  };

  const join = async (displayName: string): Promise<void> => {
    try {
      const client = await enter(meetingId, displayName, media);
      client.on('ended', (kind) => setPhase({ at: 'end', kind, isRecorded: client.recording.get() !== null && session.get()?.signedIn === true }));
      setPhase({ at: 'meeting', client });
    } catch (error) {
      setPhase({ at: 'end', kind: endingOf(error) });
    }
  };

  const signedIn = useStore(session)?.signedIn;
  switch (phase.at) {
    case 'door':
      return null;
    case 'lobby':
      return <Lobby meeting={phase.meeting} media={media} onJoin={join} />;
    case 'meeting':
      return (
        <MeetingProvider client={phase.client}>
          <MeetingPage />
        </MeetingProvider>
      );
    case 'end':
      return (
        <EndPage
          kind={phase.kind}
          onBack={() => navigate('/')}
          onAgain={knockAgain}
          onRecordings={phase.isRecorded ? () => navigate(`/recordings/${encodeURIComponent(meetingId)}`) : undefined}
          onReview={signedIn && (phase.kind === 'ended' || phase.kind === 'left') ? () => navigate(`/review/${encodeURIComponent(meetingId)}`) : undefined}
        />
      );
  }
}

async function look(meetingId: string): Promise<Phase> {
  try {
    const meeting = await api.publicMeeting(meetingId);
    if (meeting.state === 'ended') return { at: 'end', kind: 'ended' };
    if (meeting.refusal) return { at: 'end', kind: 'unprotected' };
    if (meeting.participantCount >= meeting.maxParticipants) return { at: 'end', kind: 'full' };
    return { at: 'lobby', meeting };
  } catch (error) {
    return { at: 'end', kind: endingOf(error) };
  }
}

function endingOf(error: unknown): EndKind {
  if (!(error instanceof TertuliaError)) return 'refused';
  const known: Record<string, EndKind> = {
    unreachable: 'unreachable',
    'meeting-unknown': 'unknown',
    'meeting-ended': 'ended',
    'meeting-full': 'full',
    'key-required': 'locked',
    'post-quantum-required': 'unprotected',
    full: 'full',
    ended: 'ended',
    unknown: 'unknown',
    removed: 'removed',
    replaced: 'replaced',
    lost: 'lost',
    unprotected: 'unprotected',
  };
  if (known[error.code]) return known[error.code]!;
  if (error.status === 404) return 'unknown';
  if (error.status === 410) return 'ended';
  return error.status === 403 ? 'locked' : 'refused';
}

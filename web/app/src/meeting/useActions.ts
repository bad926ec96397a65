import { MediaError, type MeetingClient } from '@tertulia/client';
import { useMeeting } from '@tertulia/react';
import { useMemo } from 'react';
import { explainProblem } from '../media/problems.js';
import { remember } from '../util/remembered.js';
import { toast } from '../ui/toasts.js';

export interface Actions {
  toggleMicrophone(): void;
  toggleCamera(): void;
  toggleScreen(): void;
  toggleHand(): void;
}

/** What toolbar and keyboard both do. */
export function useActions(): Actions {
  const client = useMeeting();
  return useMemo(() => actionsOf(client), [client]);
}

function actionsOf(client: MeetingClient): Actions {
  const { media } = client;
  return {
    toggleMicrophone: () => {
      const { muted } = media.state.get().microphone;
      remember('microphone-on', muted ? 'yes' : 'no');
      void attempt(muted ? media.unmuteMicrophone() : media.muteMicrophone());
    },
    toggleCamera: () => {
      const { muted } = media.state.get().camera;
      remember('camera-on', muted ? 'yes' : 'no');
      void attempt(muted ? media.startCamera() : media.stopCamera());
    },
    toggleScreen: () => void attempt(media.state.get().screen.muted ? media.startScreen() : media.stopScreen()),
    toggleHand: () => client.raiseHand(!client.participants.get().self?.handRaised),
  };
}

async function attempt(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof MediaError) || error.code === 'cancelled') return;
    const { title, text } = explainProblem(error);
    toast(`${title}. ${text}`, { kind: 'warning', shownMs: 12_000 });
  }
}

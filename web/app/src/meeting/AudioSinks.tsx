import { useMeeting, useStore } from '@tertulia/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { routeToSpeaker, speakerId } from '../media/speaker.js';
import { toast } from '../ui/toasts.js';

/** Everybody's voice and the sound of shared tabs, apart from the pictures: no layout ever interrupts them. */
export function AudioSinks(): ReactNode {
  const streams = useStore(useMeeting().streams);
  return [...streams].flatMap(([peerId, { microphone, 'screen-audio': screenAudio }]) => [
    microphone && <AudioSink key={`${peerId}/microphone`} peerId={peerId} stream={microphone} />,
    screenAudio && <AudioSink key={`${peerId}/screen-audio`} peerId={peerId} stream={screenAudio} />,
  ]);
}

function AudioSink({ peerId, stream }: { peerId: string; stream: MediaStream }): ReactNode {
  const ref = useRef<HTMLAudioElement>(null);
  const speaker = useStore(speakerId);

  useEffect(() => {
    const audio = ref.current!;
    audio.srcObject = stream;
    void play(audio);
    return () => {
      audio.srcObject = null;
    };
  }, [stream]);
  useEffect(() => void routeToSpeaker(ref.current!, speaker), [speaker]);

  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={ref} autoPlay data-peer={peerId} />;
}

let isAsking = false;

async function play(audio: HTMLAudioElement): Promise<void> {
  try {
    await audio.play();
  } catch (error) {
    // Only "not allowed without a click" needs the person; an element that was taken away meanwhile does not.
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || isAsking) return;
    isAsking = true;
    toast('The browser holds the sound back.', {
      kind: 'warning',
      shownMs: 60_000,
      action: {
        label: 'Turn sound on',
        run: () => {
          isAsking = false;
          for (const element of document.querySelectorAll('audio')) void element.play().catch(() => undefined);
        },
      },
    });
  }
}

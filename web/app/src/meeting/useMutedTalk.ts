import { useLocalMedia } from '@tertulia/react';
import { useRef } from 'react';
import { useLevel } from '../media/useLevel.js';
import { toast } from '../ui/toasts.js';

const SPEECH = 0.05;
const ENOUGH_SAMPLES = 6;
const PAUSE_MS = 30_000;

/** "You are muted": notices speech while the microphone is off. */
export function useMutedTalk(): void {
  const { microphone } = useLocalMedia();
  const loud = useRef(0);
  const toldAt = useRef(-Infinity);

  useLevel(microphone.muted ? microphone.track : null, (level) => {
    loud.current = level > SPEECH ? loud.current + 1 : Math.max(0, loud.current - 1);
    if (loud.current < ENOUGH_SAMPLES || performance.now() - toldAt.current < PAUSE_MS) return;
    toldAt.current = performance.now();
    loud.current = 0;
    toast('You are muted. Press M to be heard, or hold the space bar.');
  });
}

import { useMeeting } from '@tertulia/react';
import { useEffect } from 'react';

/** While muted: holding the space bar speaks. Only where no control has the focus, for there the space bar presses it. */
export function usePushToTalk(): void {
  const { media } = useMeeting();
  useEffect(() => {
    let isTalking = false;
    const down = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.repeat || isTalking || document.activeElement !== document.body) return;
      event.preventDefault();
      if (!media.state.get().microphone.muted) return;
      isTalking = true;
      void media.unmuteMicrophone().catch(() => undefined);
    };
    const up = (event: Event): void => {
      if (!isTalking || (event instanceof KeyboardEvent && event.code !== 'Space')) return;
      isTalking = false;
      void media.muteMicrophone();
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('blur', up);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('blur', up);
    };
  }, [media]);
}

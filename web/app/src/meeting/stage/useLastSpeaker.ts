import { useActiveSpeaker, useParticipants } from '@tertulia/react';
import { useState } from 'react';

/** Whoever of the others spoke last: nobody wants to look at themselves while they speak. */
export function useLastSpeaker(): string | null {
  const speaker = useActiveSpeaker();
  const selfId = useParticipants().self?.peerId;
  const [last, setLast] = useState<string | null>(null);
  if (speaker && speaker !== selfId && speaker !== last) setLast(speaker);
  return last;
}

import { useMeetingEvent } from '@tertulia/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useMeeting } from '@tertulia/react';
import { toast } from '../ui/toasts.js';
import { nameList } from '../util/names.js';

const GATHER_MS = 1_200;

/** Says in passing what happens: who comes and goes, raised hands, messages while the chat is closed, mutes by a host. */
export function Happenings({ isChatOpen, onOpenChat }: { isChatOpen: boolean; onOpenChat(): void }): ReactNode {
  const { media } = useMeeting();
  const [spoken, setSpoken] = useState('');
  const joined = useGathered((names) => toast(`${nameList(names)} joined`));
  const left = useGathered((names) => toast(`${nameList(names)} left`));

  useMeetingEvent('joined', ({ displayName }) => joined(displayName));
  useMeetingEvent('left', ({ participant, reason }) => {
    if (reason !== 'ended') left(participant.displayName);
  });
  useMeetingEvent('hand', ({ participant, raised }) => {
    if (raised) toast(`${participant.displayName} raised a hand`);
  });
  useMeetingEvent('chat', ({ from, text, isOwn }) => {
    if (isOwn) return;
    if (isChatOpen) setSpoken(`${from}: ${text}`);
    else toast(`${from}: ${shorten(text)}`, { action: { label: 'Open chat', run: onOpenChat } });
  });
  useMeetingEvent('muterequest', ({ from, source }) => {
    const what = source === 'microphone' ? 'muted you' : source === 'camera' ? 'turned your camera off' : 'stopped your screen share';
    toast(`${from?.displayName ?? 'A host'} ${what}`);
  });
  useMeetingEvent('recording', ({ state, recordingUrl, reason }) => {
    if (state === 'processing') toast('The recording has ended and is being prepared');
    if (state === 'failed') toast(`The recording could not be prepared. ${reason ?? ''}`, { kind: 'warning', shownMs: 12_000 });
    if (state !== 'ready') return;
    if (recordingUrl) toast('The recording is ready', { action: { label: 'Watch it', run: () => window.open(recordingUrl, '_blank', 'noopener') }, shownMs: 20_000 });
    else toast('The recording is ready');
  });
  useMeetingEvent('broadcast', ({ state }) => {
    if (state === 'ended') toast('The broadcast has ended');
  });
  useMeetingEvent('refused', ({ ref, message }) => {
    if (ref === 'recording' || ref === 'broadcast') toast(message, { kind: 'warning', shownMs: 10_000 });
  });
  useMeetingEvent('rejoined', () => toast('You are back in the meeting'));
  useEffect(
    () =>
      media.on('lost', ({ source }) =>
        toast(source === 'camera' ? 'The camera was disconnected' : 'The microphone was disconnected', { kind: 'warning' }),
      ),
    [media],
  );

  return (
    <p className="visually-hidden" role="log" aria-live="polite">
      {spoken}
    </p>
  );
}

/** Collects what comes in quick succession, so that ten arrivals are one message. */
function useGathered(report: (names: string[]) => void): (name: string) => void {
  const names = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (name) => {
    names.current.push(name);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => report(names.current.splice(0)), GATHER_MS);
  };
}

function shorten(text: string): string {
  return text.length > 90 ? `${text.slice(0, 88)}…` : text;
}

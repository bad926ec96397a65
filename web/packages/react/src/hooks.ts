import type {
  CaptionsState,
  ChatState,
  ConnectionState,
  DeviceChoices,
  DeviceList,
  LocalMediaState,
  MeetingEvents,
  MeetingInfo,
  Participant,
  QualityLevel,
  RecordingState,
  BroadcastState,
  RosterState,
  TrackSource,
} from '@tertulia/client';
import { useEffect, useEffectEvent } from 'react';
import { useMeeting } from './MeetingContext.js';
import { useSelected, useStore } from './useStore.js';

/** Whether the meeting is connected, coming back or over. */
export function useConnection(): ConnectionState {
  return useStore(useMeeting().state);
}

/** Title, topology and settings; null before the first welcome. */
export function useMeetingInfo(): MeetingInfo | null {
  return useStore(useMeeting().info);
}

/** Oneself and the others. */
export function useParticipants(): RosterState {
  return useStore(useMeeting().participants);
}

/** One participant, also oneself; undefined when gone. */
export function useParticipant(peerId: string): Participant | undefined {
  return useSelected(useMeeting().participants, ({ self, others }) =>
    self?.peerId === peerId ? self : others.find((other) => other.peerId === peerId),
  );
}

/** The stream of one source of another participant, for a `srcObject`. */
export function useRemoteStream(peerId: string, source: TrackSource): MediaStream | null {
  return useSelected(useMeeting().streams, (streams) => streams.get(peerId)?.[source] ?? null);
}

/** Peer id of whoever speaks; null when nobody does. */
export function useActiveSpeaker(): string | null {
  return useStore(useMeeting().activeSpeaker);
}

/** How the meeting's recording stands; null while there is none. */
export function useRecording(): RecordingState | null {
  return useStore(useMeeting().recording);
}

/** The broadcast that goes on; null while the meeting is not shown to the public. */
export function useBroadcast(): BroadcastState | null {
  return useStore(useMeeting().broadcast);
}

/** Messages and how many of them are unread. */
export function useChat(): ChatState {
  return useStore(useMeeting().chat);
}

/** What is being said, and how captions stand. */
export function useCaptions(): CaptionsState {
  return useStore(useMeeting().captions);
}

/** The quality of the own connection. */
export function useQuality(): QualityLevel {
  return useStore(useMeeting().quality);
}

/** The own microphone, camera and screen. */
export function useLocalMedia(): LocalMediaState {
  return useStore(useMeeting().media.state);
}

/** The devices to choose from, kept current while the component is there. */
export function useDevices(list: DeviceList): DeviceChoices {
  useEffect(() => list.watch(), [list]);
  return useStore(list.choices);
}

/** Calls `handler` on every event `name`; always the newest handler. */
export function useMeetingEvent<Name extends keyof MeetingEvents>(name: Name, handler: (detail: MeetingEvents[Name]) => void): void {
  const client = useMeeting();
  const onEvent = useEffectEvent(handler);
  useEffect(() => client.on(name, (detail) => onEvent(detail)), [client, name]);
}

export { MeetingProvider, useMeeting } from './MeetingContext.js';
export { useSelected, useStore } from './useStore.js';
export {
  useActiveSpeaker,
  useBroadcast,
  useCaptions,
  useChat,
  useConnection,
  useDevices,
  useLocalMedia,
  useMeetingEvent,
  useMeetingInfo,
  useParticipant,
  useParticipants,
  useQuality,
  useRecording,
  useRemoteStream,
} from './hooks.js';

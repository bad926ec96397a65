import type { OwnMeeting, Recording } from '@tertulia/client';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './Review.module.css';

/** Something that can be moved to a moment of the meeting. */
export interface Seekable {
  seek(offset: number): void;
}

interface Props {
  meeting: OwnMeeting;
  recordings: readonly Recording[];
  /** Called with what can be moved; null when it is gone. */
  onReady(player: Seekable | null): void;
}

/** The recording, if one is ready. A moment that was not recorded is shown by its nearest. */
export function Player({ meeting, recordings, onReady }: Props): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const recording = recordings.find(({ status, recordingUrl }) => status === 'ready' && recordingUrl);
  const began = recording ? (Date.parse(recording.startedAt) - Date.parse(meeting.startedAt ?? recording.startedAt)) / 1000 : 0;

  useEffect(() => {
    if (!recording) return;
    onReady({
      seek(offset) {
        if (!video.current) return;
        video.current.currentTime = Math.max(0, offset - began);
        void video.current.play().catch(() => undefined);
      },
    });
    return () => onReady(null);
  }, [recording, began, onReady]);

  if (!recording) return null;
  return (
    <video ref={video} className={styles.player} controls preload="metadata" src={recording.recordingUrl} aria-label="Recording">
      {recording.transcriptUrl && <track kind="captions" src={recording.transcriptUrl} label="Captions" />}
    </video>
  );
}

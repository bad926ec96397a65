import { useMeeting, useRecording } from '@tertulia/react';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import styles from './Recording.module.css';

const PROBLEMS = {
  'disk-full': 'The recording pauses: the server’s disk is full. The meeting goes on.',
  'disk-error': 'The recording pauses: the server’s disk does not work as it should. The meeting goes on.',
  'disk-slow': 'The recording has gaps: the server’s disk is too slow. The meeting goes on.',
};

/** Tells everybody, once for each recording, and asks whether that is all right. */
export function RecordingNotice(): ReactNode {
  const client = useMeeting();
  const recording = useRecording();
  const [accepted, setAccepted] = useState<string | null>(null);
  if (recording?.state !== 'recording') return null;
  if (recording.problem) {
    return (
      <p className={styles.notice} role="alert">
        {PROBLEMS[recording.problem]}
      </p>
    );
  }
  if (accepted === recording.recordingId) return null;
  return (
    <div className={styles.notice} role="alert" data-testid="recording-notice">
      <span>
        {recording.by ? `${recording.by} records this meeting.` : 'This meeting is being recorded.'} Picture, sound and chat are kept; by staying you agree.
      </span>
      <Button size="small" onClick={() => setAccepted(recording.recordingId)}>
        I agree
      </Button>
      <Button size="small" kind="quiet" onClick={() => client.leave()}>
        Leave
      </Button>
    </div>
  );
}

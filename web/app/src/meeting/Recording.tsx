import { useMeeting, useParticipants, useRecording } from '@tertulia/react';
import { Circle, CircleStop } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MenuItem } from '../ui/Menu.js';
import { toast } from '../ui/toasts.js';
import styles from './Recording.module.css';
import { Clock } from './toolbar/Clock.js';

/** Red and in everybody's sight while the meeting is recorded; quiet while the file is made. */
export function RecordingSign(): ReactNode {
  const recording = useRecording();
  if (recording?.state === 'recording') {
    return (
      <span className={styles.sign} role="status" aria-label="This meeting is being recorded" data-testid="recording-sign">
        <span className={styles.dot} aria-hidden="true" />
        {recording.problem ? 'REC – not everything' : 'REC'}
        <Clock since={new Date(recording.startedAt)} />
      </span>
    );
  }
  if (recording?.state === 'processing') {
    return (
      <span className={`${styles.sign} ${styles.preparing}`} data-testid="recording-progress">
        Preparing the recording {Math.round((recording.progress ?? 0) * 100)} %
      </span>
    );
  }
  return null;
}

/** The host's entry in the menu. */
export function useRecordItem(): MenuItem[] {
  const client = useMeeting();
  const recording = useRecording();
  const { self } = useParticipants();
  if (self?.role !== 'host') return [];
  const isOn = recording?.state === 'recording';
  return [
    {
      label: isOn ? 'Stop recording' : 'Record the meeting',
      icon: isOn ? <CircleStop size={18} aria-hidden="true" /> : <Circle size={18} color="var(--danger)" aria-hidden="true" />,
      onSelect: () => {
        if (isOn) return client.stopRecording();
        toast('Everybody is told that the meeting is recorded');
        client.startRecording();
      },
    },
  ];
}

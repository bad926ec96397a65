import type { LocalMedia } from '@tertulia/client';
import { useDevices, useStore } from '@tertulia/react';
import { Mic, Video as Camera, Volume2 } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { SelectField } from '../ui/Field.js';
import { toast } from '../ui/toasts.js';
import styles from './DevicePickers.module.css';
import { devices } from './devices.js';
import { LevelMeter } from './LevelMeter.js';
import { canChooseSpeaker, chooseSpeaker, playTestSound, speakerId } from './speaker.js';

/** Camera, microphone and speaker, with a meter and a test sound to see and hear that they work. */
export function DevicePickers({ media }: { media: LocalMedia }): ReactNode {
  const choices = useDevices(devices);
  const { microphone, camera } = useStore(media.state);
  const speaker = useStore(speakerId);

  // Names of devices are told only after a permission was given.
  useEffect(() => void devices.refresh(), [microphone.track, camera.track]);

  const pick = (source: 'microphone' | 'camera') => (deviceId: string) => {
    media.selectDevice(source, deviceId).catch(() => toast('That device could not be opened.', { kind: 'warning' }));
  };

  return (
    <div className={styles.pickers}>
      <SelectField
        label="Camera"
        icon={<Camera size={18} aria-hidden="true" />}
        empty="No camera found"
        options={choices.cameras.map(option)}
        value={camera.deviceId ?? ''}
        onChange={pick('camera')}
      />
      <div className={styles.microphone}>
        <SelectField
          label="Microphone"
          icon={<Mic size={18} aria-hidden="true" />}
          empty="No microphone found"
          options={choices.microphones.map(option)}
          value={microphone.deviceId ?? ''}
          onChange={pick('microphone')}
        />
        <LevelMeter track={microphone.muted ? null : microphone.track} />
      </div>
      <div className={styles.speaker}>
        <SelectField
          label="Speaker"
          icon={<Volume2 size={18} aria-hidden="true" />}
          empty="The system's speaker"
          options={canChooseSpeaker ? choices.speakers.map(option) : []}
          value={speaker || (choices.speakers[0]?.deviceId ?? '')}
          onChange={chooseSpeaker}
        />
        <Button onClick={() => void playTestSound().catch(() => undefined)}>Test</Button>
      </div>
    </div>
  );
}

function option({ deviceId, label }: { deviceId: string; label: string }): { value: string; label: string } {
  return { value: deviceId, label };
}

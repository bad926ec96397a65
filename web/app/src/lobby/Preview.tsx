import type { LocalMedia } from '@tertulia/client';
import { useStore } from '@tertulia/react';
import { Mic, MicOff, Video as Camera, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Video } from '../media/Video.js';
import { Avatar } from '../ui/Avatar.js';
import { remember } from '../util/remembered.js';
import styles from './Lobby.module.css';

export function Preview({ media, name }: { media: LocalMedia; name: string }): ReactNode {
  const { microphone, camera } = useStore(media.state);

  const toggleMicrophone = (): void => {
    remember('microphone-on', microphone.muted ? 'yes' : 'no');
    void (microphone.muted ? media.unmuteMicrophone().catch(() => undefined) : media.muteMicrophone());
  };
  const toggleCamera = (): void => {
    remember('camera-on', camera.muted ? 'yes' : 'no');
    void (camera.muted ? media.startCamera().catch(() => undefined) : media.stopCamera());
  };

  return (
    <div className={styles.preview}>
      {camera.stream ? <Video stream={camera.stream} className={styles.video} /> : <Avatar name={name || 'You'} size="fill" />}
      {!camera.stream && <p className={styles.off}>Your camera is off</p>}
      <div className={styles.switches}>
        <button
          type="button"
          className={microphone.muted ? styles.isOff : undefined}
          aria-label={microphone.muted ? 'Turn microphone on' : 'Turn microphone off'}
          onClick={toggleMicrophone}
        >
          {microphone.muted ? <MicOff aria-hidden="true" /> : <Mic aria-hidden="true" />}
        </button>
        <button
          type="button"
          className={camera.muted ? styles.isOff : undefined}
          aria-label={camera.muted ? 'Turn camera on' : 'Turn camera off'}
          onClick={toggleCamera}
        >
          {camera.muted ? <VideoOff aria-hidden="true" /> : <Camera aria-hidden="true" />}
        </button>
      </div>
    </div>
  );
}

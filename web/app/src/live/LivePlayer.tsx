import { VolumeX } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import styles from './LivePage.module.css';

interface Props {
  playlistUrl: string;
  /** The last picture was shown. */
  onEnded(): void;
}

/** Plays low-latency HLS: by the browser itself in Safari, by hls.js elsewhere. */
export function LivePlayer({ playlistUrl, onEnded }: Props): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const [isSilenced, setIsSilenced] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [behind, setBehind] = useState<number | null>(null);

  useEffect(() => {
    const element = video.current!;
    const begin = (): void => {
      // Where sound must not begin without a click, pictures may.
      element.play().catch(() => {
        element.muted = true;
        setIsSilenced(true);
        element.play().catch(() => undefined);
      });
    };
    element.addEventListener('loadedmetadata', begin, { once: true });
    const close = isSafari ? playNatively(element, playlistUrl) : playByScript(element, playlistUrl, { setProblem, setBehind });
    return () => {
      element.removeEventListener('loadedmetadata', begin);
      close();
    };
  }, [playlistUrl]);

  const unmute = (): void => {
    video.current!.muted = false;
    setIsSilenced(false);
  };

  return (
    <div className={styles.player}>
      <video ref={video} controls playsInline aria-label="Live broadcast" data-testid="live-player" onEnded={onEnded} onVolumeChange={() => setIsSilenced((was) => was && video.current!.muted)} />
      {isSilenced && (
        <Button kind="primary" className={styles.unmute} onClick={unmute}>
          <VolumeX size={18} aria-hidden="true" /> Turn the sound on
        </Button>
      )}
      {problem && <p role="alert">{problem}</p>}
      {behind !== null && (
        <p className={styles.behind} data-testid="behind" data-seconds={behind.toFixed(2)}>
          {Math.max(1, Math.round(behind))} s behind the meeting
        </p>
      )}
    </div>
  );
}

const isSafari = 'webkitSetPresentationMode' in HTMLVideoElement.prototype && Boolean(document.createElement('video').canPlayType('application/vnd.apple.mpegurl'));

function playNatively(element: HTMLVideoElement, playlistUrl: string): () => void {
  element.src = playlistUrl;
  return () => element.removeAttribute('src');
}

interface Reports {
  setProblem(problem: string | null): void;
  setBehind(seconds: number): void;
}

function playByScript(element: HTMLVideoElement, playlistUrl: string, { setProblem, setBehind }: Reports): () => void {
  let close = (): void => undefined;
  let isClosed = false;
  const begin = async (): Promise<void> => {
    // Nobody but viewers needs it.
    const { default: Hls } = await import('hls.js/light');
    if (isClosed) return;
    if (!Hls.isSupported()) return setProblem('This browser cannot play live video.');
    const hls = new Hls({ lowLatencyMode: true, backBufferLength: 30, maxLiveSyncPlaybackRate: 1.25, liveDurationInfinity: true });
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
      setProblem('The connection is lost. Trying again …');
      setTimeout(() => {
        if (!isClosed) hls.loadSource(playlistUrl);
      }, 2_000);
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => setProblem(null));
    hls.loadSource(playlistUrl);
    hls.attachMedia(element);
    const timer = setInterval(() => {
      if (hls.playingDate) setBehind((Date.now() - hls.playingDate.getTime()) / 1000);
    }, 1_000);
    close = () => {
      clearInterval(timer);
      hls.destroy();
    };
  };
  void begin();
  return () => {
    isClosed = true;
    close();
  };
}

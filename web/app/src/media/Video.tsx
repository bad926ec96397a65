import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  stream: MediaStream | null;
  className?: string | undefined;
}

/** A picture without sound: voices have elements of their own, which stay when layouts change. */
export function Video({ stream, className }: Props): ReactNode {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = stream;
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video ref={ref} className={className} autoPlay playsInline muted aria-hidden="true" tabIndex={-1} />;
}

import { useEffect, useEffectEvent } from 'react';

let shared: AudioContext | null = null;

function audioContext(): AudioContext {
  shared ??= new AudioContext();
  if (shared.state === 'suspended') void shared.resume().catch(() => undefined);
  return shared;
}

/** Calls `onLevel` some 15 times a second with how loud the microphone is, muted or not, from 0 to 1 (root mean square). */
export function useLevel(track: MediaStreamTrack | null, onLevel: (level: number) => void): void {
  const report = useEffectEvent(onLevel);
  useEffect(() => {
    if (!track) return;
    const context = audioContext();
    // A copy, which hears on while the track itself is muted; it never leaves this page.
    const copy = track.clone();
    copy.enabled = true;
    const source = context.createMediaStreamSource(new MediaStream([copy]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      // A context that may not start yet (no click so far) hears nothing, which is not the same as silence.
      if (context.state !== 'running') return;
      analyser.getFloatTimeDomainData(samples);
      report(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    }, 66);
    return () => {
      clearInterval(timer);
      source.disconnect();
      copy.stop();
    };
  }, [track]);
}

/** Loudness as the ear has it: 0 at -60 dB and below, 1 at full scale. */
export function perceived(level: number): number {
  return level <= 0 ? 0 : Math.min(1, Math.max(0, 1 + (20 * Math.log10(level)) / 60));
}

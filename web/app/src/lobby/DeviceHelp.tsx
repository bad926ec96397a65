import type { LocalMedia, MediaError } from '@tertulia/client';
import { useStore } from '@tertulia/react';
import { TriangleAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { explainProblem } from '../media/problems.js';
import { useLevel } from '../media/useLevel.js';
import { Button } from '../ui/Button.js';
import styles from './DeviceHelp.module.css';

/** What is wrong with camera or microphone, and what to do about it. */
export function DeviceHelp({ media }: { media: LocalMedia }): ReactNode {
  const { microphone, camera } = useStore(media.state);
  const problems = [microphone.error, camera.error].filter((error) => error !== null);
  const isSame = problems.length === 2 && problems[0]!.code === problems[1]!.code;
  return (
    <>
      {problems.slice(0, isSame ? 1 : 2).map((error) => (
        <ProblemCard key={error.source} error={error} both={isSame} onRetry={() => void retry(media, isSame ? null : error)} />
      ))}
      {microphone.track && !microphone.muted && <SilenceHint key={microphone.track.id} track={microphone.track} />}
    </>
  );
}

function ProblemCard({ error, both, onRetry }: { error: MediaError; both: boolean; onRetry(): void }): ReactNode {
  const problem = explainProblem(error);
  const spoken = (text: string): string => (both ? text.replaceAll('microphone', 'camera and microphone') : text);
  return (
    <div className={styles.problem} role="alert">
      <TriangleAlert size={20} aria-hidden="true" />
      <div>
        <strong>{spoken(problem.title)}</strong>
        <p>{spoken(problem.text)}</p>
      </div>
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

const SILENT_BELOW = 0.0008;
const PATIENCE_MS = 7_000;

/** Many a meeting begins with "we cannot hear you": a microphone without any sound is noticed here first. */
function SilenceHint({ track }: { track: MediaStreamTrack }): ReactNode {
  const [silentSince, setSilentSince] = useState(() => Date.now());
  const [isSilent, setSilent] = useState(false);
  useLevel(track, (level) => {
    if (level > SILENT_BELOW) {
      setSilentSince(Date.now());
      setSilent(false);
    } else if (Date.now() - silentSince > PATIENCE_MS) {
      setSilent(true);
    }
  });
  if (!isSilent) return null;
  return (
    <div className={styles.problem} role="status">
      <TriangleAlert size={20} aria-hidden="true" />
      <div>
        <strong>Your microphone gives no sound</strong>
        <p>Say something. If the bar does not move, choose another microphone, or look for a mute switch on the device.</p>
      </div>
    </div>
  );
}

async function retry(media: LocalMedia, error: MediaError | null): Promise<void> {
  if (!error) await media.startBoth();
  else await (error.source === 'camera' ? media.startCamera() : media.unmuteMicrophone()).catch(() => undefined);
}

import type { PastParticipant, Recording, RecordingLayout, Rendition } from '@tertulia/client';
import { Download, RotateCcw, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { duration } from '../meeting/toolbar/Clock.js';
import { api } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { toast } from '../ui/toasts.js';
import styles from './RecordingsPage.module.css';

const LAYOUTS: Record<RecordingLayout, string> = { grid: 'Everybody', speaker: 'Who speaks', single: 'One participant', audio: 'Sound only', track: 'Camera and microphone', screen: 'Screen' };
const OFFERED: readonly RecordingLayout[] = ['grid', 'speaker', 'audio'];

/** One recording: to watch, to save, to make anew in another layout. */
export function RecordingCard({ recording, people, onChanged }: { recording: Recording; people: readonly PastParticipant[]; onChanged(): void }): ReactNode {
  const [isSure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const { meetingId, recordingId, renditions } = recording;
  const ready = renditions.filter((one) => one.url);

  const run = async (action: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await action();
      onChanged();
    } catch (error) {
      toast(`That did not work: ${error instanceof Error ? error.message : error}`, { kind: 'warning' });
    }
    setBusy(false);
  };

  return (
    <section className={styles.card} aria-label={`Recording of ${new Date(recording.startedAt).toLocaleTimeString()}`} data-testid="recording">
      <p className={styles.meta}>
        Recorded at {new Date(recording.startedAt).toLocaleTimeString()}
        {recording.duration > 0 && `, ${duration(recording.duration * 1000)}`}
        {!recording.isWhole && '. The server stopped in the middle: the recording ends there'}
      </p>
      {recording.status === 'recording' && <p role="status">The meeting is being recorded now.</p>}
      {recording.status === 'ready' && recording.recordingUrl && (
        <video controls preload="metadata" src={recording.recordingUrl} data-testid="player">
          {recording.transcriptUrl && <track kind="captions" src={recording.transcriptUrl} label="Captions" default />}
        </video>
      )}
      <ul className={styles.files}>
        {renditions.map((one) => (
          <File key={one.renditionId} rendition={one} whose={people.find((person) => person.peerId === one.peerId)?.displayName} />
        ))}
      </ul>
      {recording.status !== 'recording' && (
        <div className={styles.actions}>
          {renditions.some((one) => one.status === 'failed') && (
            <Button busy={busy} icon={<RotateCcw size={16} aria-hidden="true" />} onClick={() => void run(() => api.retryRecording(meetingId, recordingId))}>
              Try again
            </Button>
          )}
          {OFFERED.filter((layout) => !ready.some((one) => one.layout === layout)).map((layout) => (
            <Button key={layout} size="small" busy={busy} onClick={() => void run(() => api.renderRecording(meetingId, recordingId, layout))}>
              Make: {LAYOUTS[layout]}
            </Button>
          ))}
          <TrackForm people={people} busy={busy} onMake={(layout, peerId) => void run(() => api.renderRecording(meetingId, recordingId, layout, peerId))} />
          <Button
            size="small"
            kind={isSure ? 'danger' : 'quiet'}
            busy={busy}
            icon={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => (isSure ? void run(() => api.deleteRecording(meetingId, recordingId)) : setSure(true))}
          >
            {isSure ? 'Delete for good' : 'Delete'}
          </Button>
        </div>
      )}
    </section>
  );
}

const OF_ONE: readonly RecordingLayout[] = ['single', 'track', 'screen'];

/** Files of one participant, by choice. */
function TrackForm({ people, busy, onMake }: { people: readonly PastParticipant[]; busy: boolean; onMake(layout: RecordingLayout, peerId: string): void }): ReactNode {
  const [peerId, setPeerId] = useState(people[0]?.peerId ?? '');
  const [layout, setLayout] = useState<RecordingLayout>('track');
  if (people.length === 0) return null;
  return (
    <form
      className={styles.actions}
      onSubmit={(event) => {
        event.preventDefault();
        onMake(layout, peerId);
      }}
    >
      <select aria-label="Of whom" value={peerId} onChange={(event) => setPeerId(event.target.value)}>
        {people.map((person) => (
          <option key={person.peerId} value={person.peerId}>
            {person.displayName}
          </option>
        ))}
      </select>
      <select aria-label="What" value={layout} onChange={(event) => setLayout(event.target.value as RecordingLayout)}>
        {OF_ONE.map((one) => (
          <option key={one} value={one}>
            {LAYOUTS[one]}
          </option>
        ))}
      </select>
      <Button type="submit" size="small" busy={busy}>
        Make
      </Button>
    </form>
  );
}

function File({ rendition, whose }: { rendition: Rendition; whose: string | undefined }): ReactNode {
  const name = whose ? `${LAYOUTS[rendition.layout]} of ${whose}` : LAYOUTS[rendition.layout];
  if (rendition.status === 'failed') {
    return (
      <li className={styles.problem}>
        {name}: {rendition.reason ?? 'it could not be made'}
      </li>
    );
  }
  if (rendition.url) {
    return (
      <li>
        <a href={`${rendition.url}&download=1`} download>
          <Download size={16} aria-hidden="true" /> {name}
        </a>
        {rendition.size !== undefined && <span className={styles.meta}>{(rendition.size / 1e6).toFixed(1)} MB</span>}
      </li>
    );
  }
  if (rendition.status === 'waiting') return null;
  return (
    <li>
      <span>{rendition.status === 'queued' ? `${name} waits for its turn` : `${name} is being made: ${Math.round((rendition.progress ?? 0) * 100)} %`}</span>
      <progress className={styles.progress} max={1} value={rendition.progress ?? 0} aria-label={`Progress of ${name}`} />
    </li>
  );
}

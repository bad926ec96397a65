import type { LocalMedia, PublicMeeting } from '@tertulia/client';
import { useStore } from '@tertulia/react';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { DevicePickers } from '../media/DevicePickers.js';
import { restoreDevices } from '../media/devices.js';
import { InviteLink } from '../people/InviteLink.js';
import { session } from '../session/session.js';
import { Button } from '../ui/Button.js';
import { TextField } from '../ui/Field.js';
import { Page } from '../ui/Page.js';
import { remember, remembered } from '../util/remembered.js';
import { DeviceHelp } from './DeviceHelp.js';
import styles from './Lobby.module.css';
import { Preview } from './Preview.js';

const MAX_NAME = 64;

interface Props {
  meeting: PublicMeeting;
  media: LocalMedia;
  onJoin(displayName: string): Promise<void>;
}

/** The mirror by the door: how one looks and sounds, under which name one comes in. */
export function Lobby({ meeting, media, onJoin }: Props): ReactNode {
  const [name, setName] = useState(remembered('name') ?? '');
  const [error, setError] = useState<string | null>(null);
  const [joining, setJoining] = useState(false);
  const { microphone } = useStore(media.state);
  const signedIn = useStore(session)?.signedIn ?? false;

  useEffect(() => {
    document.title = `${meeting.title || 'Meeting'} · Tertulia`;
  }, [meeting.title]);

  useEffect(() => {
    restoreDevices(media);
    void open(media);
  }, [media]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const displayName = name.trim();
    if (!displayName) return setError('Please say who you are.');
    remember('name', displayName);
    setJoining(true);
    await onJoin(displayName);
  };

  return (
    <Page>
      <div className={styles.lobby}>
        <div className={styles.mirror}>
          <Preview media={media} name={name} />
          <DeviceHelp media={media} />
        </div>
        <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <div className={styles.heading}>
            <h1>{meeting.title || 'Meeting'}</h1>
            <p>{company(meeting.participantCount)}</p>
          </div>
          {signedIn && meeting.participantCount === 0 && <InviteLink meetingId={meeting.meetingId} />}
          <TextField
            label="Your name"
            value={name}
            error={error}
            maxLength={MAX_NAME}
            autoComplete="name"
            onChange={(event) => {
              setName(event.target.value);
              setError(null);
            }}
          />
          <DevicePickers media={media} />
          <Button type="submit" kind="primary" size="large" busy={joining}>
            {joining ? 'Joining…' : 'Join the meeting'}
          </Button>
          {microphone.muted && <p className={styles.note}>You will come in with your microphone off.</p>}
        </form>
      </div>
    </Page>
  );
}

/** Opens what was on last time; everything, the first time. */
async function open(media: LocalMedia): Promise<void> {
  const wants = (source: string): boolean => remembered(`${source}-on`) !== 'no';
  if (wants('microphone') && wants('camera')) await media.startBoth();
  else if (wants('camera')) await media.startCamera().catch(() => undefined);
  else if (wants('microphone')) await media.unmuteMicrophone().catch(() => undefined);
}

function company(count: number): string {
  if (count === 0) return 'Nobody is here yet. You will be the first.';
  return count === 1 ? 'One person is here.' : `${count} people are here.`;
}

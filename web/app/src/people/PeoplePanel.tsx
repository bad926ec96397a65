import type { Participant } from '@tertulia/client';
import { useMeetingInfo, useParticipants } from '@tertulia/react';
import { Ellipsis, Hand, Mic, MicOff, MonitorUp, Video as Camera, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { SidePanel } from '../meeting/SidePanel.js';
import { useHostItems } from '../meeting/stage/TileMenu.js';
import { Avatar } from '../ui/Avatar.js';
import { Menu } from '../ui/Menu.js';
import { InviteLink } from './InviteLink.js';
import { peopleOrder } from './order.js';
import { LineSign } from './LineSign.js';
import styles from './PeoplePanel.module.css';

const ROLES = { host: 'Host', participant: null, guest: 'Guest' } as const;

export function PeoplePanel({ onClose }: { onClose(): void }): ReactNode {
  const roster = useParticipants();
  const info = useMeetingInfo();
  const people = peopleOrder(roster);
  return (
    <SidePanel title={`People (${people.length})`} onClose={onClose}>
      <div className={styles.body}>
        {info && <InviteLink meetingId={info.meetingId} />}
        <ul className={styles.list} aria-label="People in the meeting">
          {people.map((participant) => (
            <Person key={participant.peerId} participant={participant} />
          ))}
        </ul>
      </div>
    </SidePanel>
  );
}

function Person({ participant }: { participant: Participant }): ReactNode {
  const { displayName, isLocal, role, handRaised, tracks, quality } = participant;
  const items = useHostItems(participant);
  const isMuted = !tracks.microphone || tracks.microphone.muted;
  const hasCamera = tracks.camera && !tracks.camera.muted;
  const isSharing = tracks.screen && !tracks.screen.muted;
  return (
    <li className={styles.person} data-testid="person">
      <Avatar name={displayName} />
      <div className={styles.name}>
        <span>
          {displayName}
          {isLocal && ' (you)'}
        </span>
        {ROLES[role] && <small>{ROLES[role]}</small>}
      </div>
      <div className={styles.signs}>
        {handRaised && (
          <span className={styles.hand}>
            <Hand size={18} role="img" aria-label="hand raised" />
          </span>
        )}
        <LineSign quality={quality} size={18} className={styles.muted} />
        {isSharing && <MonitorUp size={18} role="img" aria-label="shares a screen" />}
        {hasCamera ? <Camera size={18} role="img" aria-label="camera on" /> : <VideoOff size={18} role="img" aria-label="camera off" className={styles.faint} />}
        {isMuted ? <MicOff size={18} role="img" aria-label="microphone off" className={styles.muted} /> : <Mic size={18} role="img" aria-label="microphone on" />}
      </div>
      {items.length > 0 && (
        <Menu label={`Actions for ${displayName}`} button={<Ellipsis size={18} aria-hidden="true" />} buttonClassName={styles.menu} items={items} />
      )}
    </li>
  );
}

import type { Participant } from '@tertulia/client';
import { useMeeting, useParticipants } from '@tertulia/react';
import { Ellipsis, MicOff, Pin, PinOff, UserX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu, type MenuItem } from '../../ui/Menu.js';
import styles from './Tile.module.css';

interface Props {
  participant: Participant;
  isScreen: boolean;
  isPinned: boolean;
  onPin(): void;
}

export function TileMenu({ participant, isScreen, isPinned, onPin }: Props): ReactNode {
  const hostItems = useHostItems(participant);
  const items: MenuItem[] = [
    {
      label: isPinned ? 'Unpin' : 'Show large',
      icon: isPinned ? <PinOff size={18} aria-hidden="true" /> : <Pin size={18} aria-hidden="true" />,
      onSelect: onPin,
    },
    ...(isScreen ? [] : hostItems),
  ];
  return (
    <div className={styles.menu}>
      <Menu
        label={`Actions for ${participant.displayName}${isScreen ? '’s screen' : ''}`}
        button={isPinned ? <Pin size={18} aria-hidden="true" /> : <Ellipsis size={18} aria-hidden="true" />}
        buttonClassName={`${styles.menuButton} ${isPinned ? styles.pinned : ''}`}
        items={items}
      />
    </div>
  );
}

/** What a host may do to a participant; nothing for everybody else. */
export function useHostItems(participant: Participant): MenuItem[] {
  const client = useMeeting();
  const isHost = useParticipants().self?.role === 'host';
  if (!isHost || participant.isLocal) return [];
  const { microphone } = participant.tracks;
  return [
    ...(microphone && !microphone.muted
      ? [
          {
            label: 'Mute',
            icon: <MicOff size={18} aria-hidden="true" />,
            onSelect: () => client.muteParticipant(participant.peerId),
          },
        ]
      : []),
    {
      label: 'Remove from the meeting',
      icon: <UserX size={18} aria-hidden="true" />,
      danger: true,
      onSelect: () => client.removeParticipant(participant.peerId),
    },
  ];
}

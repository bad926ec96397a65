import { useLocalMedia, useRemoteStream } from '@tertulia/react';
import { Hand, MicOff, MonitorUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { Video } from '../../media/Video.js';
import { LineSign, lineText } from '../../people/LineSign.js';
import { Avatar } from '../../ui/Avatar.js';
import styles from './Tile.module.css';
import { TileMenu } from './TileMenu.js';
import type { TileInfo } from './tiles.js';

interface Props {
  tile: TileInfo;
  isSpeaking: boolean;
  isPinned: boolean;
  isLarge: boolean;
  onPin(): void;
}

export function Tile(props: Props): ReactNode {
  return props.tile.participant.isLocal ? <LocalTile {...props} /> : <RemoteTile {...props} />;
}

function LocalTile(props: Props): ReactNode {
  const { stream } = useLocalMedia().camera;
  return <TileFrame {...props} stream={stream} isMirrored />;
}

function RemoteTile(props: Props): ReactNode {
  const { participant, kind } = props.tile;
  const stream = useRemoteStream(participant.peerId, kind);
  const track = participant.tracks[kind];
  return <TileFrame {...props} stream={track && !track.muted ? stream : null} isMirrored={false} />;
}

function TileFrame({
  tile: { participant, kind },
  isSpeaking,
  isPinned,
  isLarge,
  onPin,
  stream,
  isMirrored,
}: Props & { stream: MediaStream | null; isMirrored: boolean }): ReactNode {
  const { displayName, isLocal, tracks, quality } = participant;
  const isScreen = kind === 'screen';
  const isMuted = !isScreen && (!tracks.microphone || tracks.microphone.muted);
  const name = isScreen ? `${displayName}’s screen` : isLocal ? `${displayName} (you)` : displayName;
  const picture = [styles.picture, isMirrored && styles.mirrored, isScreen && styles.whole].filter(Boolean).join(' ');
  return (
    <article
      className={`${styles.tile} ${isSpeaking ? styles.speaking : ''}`}
      aria-label={describe(name, isMuted && !isScreen, isSpeaking, lineText(quality))}
      data-testid="tile"
      data-peer={participant.peerId}
      data-kind={kind}
      data-speaking={isSpeaking || undefined}
      data-large={isLarge || undefined}
    >
      <div className={styles.media}>{stream ? <Video stream={stream} className={picture} /> : <Avatar name={displayName} size="fill" />}</div>
      <p className={styles.name}>
        {isScreen && <MonitorUp size={15} aria-hidden="true" />}
        {isMuted && <MicOff size={15} aria-hidden="true" className={styles.muted} data-testid="muted" />}
        <LineSign quality={quality} size={15} className={styles.line} />
        <span>{name}</span>
      </p>
      {!isScreen && participant.handRaised && (
        <p className={styles.hand}>
          <Hand size={18} aria-hidden="true" />
          <span className="visually-hidden">{displayName} has raised a hand</span>
        </p>
      )}
      <TileMenu participant={participant} isScreen={isScreen} isPinned={isPinned} onPin={onPin} />
    </article>
  );
}

function describe(name: string, isMuted: boolean, isSpeaking: boolean, line: string | null): string {
  return [name, isMuted && 'microphone off', isSpeaking && 'speaking', line].filter(Boolean).join(', ');
}

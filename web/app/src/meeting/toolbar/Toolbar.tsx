import { useCaptions, useChat, useLocalMedia, useMeeting, useMeetingInfo, useParticipants } from '@tertulia/react';
import {
  Captions,
  CaptionsOff,
  Ellipsis,
  FileText,
  Hand,
  Keyboard,
  LayoutGrid,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  Settings,
  UserSquare,
  Users,
  Video as Camera,
  VideoOff,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu, type MenuItem } from '../../ui/Menu.js';
import type { View } from '../stage/Stage.js';
import type { Actions } from '../useActions.js';
import { BroadcastSign, useBroadcastItems } from '../Broadcast.js';
import { RecordingSign, useRecordItem } from '../Recording.js';
import { Clock } from './Clock.js';
import { ReactionPicker } from './ReactionPicker.js';
import { ToolButton } from './ToolButton.js';
import styles from './Toolbar.module.css';

export type Panel = 'chat' | 'people' | 'transcript' | null;

interface Props {
  actions: Actions;
  panel: Panel;
  view: View;
  onPanel(panel: Panel): void;
  onView(view: View): void;
  onSettings(): void;
  onShortcuts(): void;
}

const canShare = 'getDisplayMedia' in (navigator.mediaDevices ?? {});

export function Toolbar({ actions, panel, view, onPanel, onView, onSettings, onShortcuts }: Props): ReactNode {
  const { microphone, camera, screen } = useLocalMedia();
  const { self, others } = useParticipants();
  const { unread } = useChat();
  const info = useMeetingInfo();
  const captions = useCaptions().info;
  const client = useMeeting();
  const isHandUp = self?.handRaised ?? false;
  const isGrid = view === 'grid';
  const togglePanel = (which: Panel): void => onPanel(panel === which ? null : which);

  const record = useRecordItem();
  const broadcast = useBroadcastItems();
  const more: MenuItem[] = [
    ...record,
    ...broadcast,
    {
      label: isGrid ? 'Speaker view' : 'Grid view',
      icon: isGrid ? <UserSquare size={18} aria-hidden="true" /> : <LayoutGrid size={18} aria-hidden="true" />,
      note: 'G',
      onSelect: () => onView(isGrid ? 'speaker' : 'grid'),
    },
    ...(captions
      ? [
          {
            label: captions.show ? 'Hide captions' : 'Show captions',
            icon: captions.show ? <CaptionsOff size={18} aria-hidden="true" /> : <Captions size={18} aria-hidden="true" />,
            note: 'L',
            onSelect: () => client.setCaptions({ show: !captions.show }),
          },
          { label: 'Transcript', icon: <FileText size={18} aria-hidden="true" />, note: 'T', onSelect: () => togglePanel('transcript') },
        ]
      : []),
    { label: 'Settings', icon: <Settings size={18} aria-hidden="true" />, onSelect: onSettings },
    { label: 'Keyboard shortcuts', icon: <Keyboard size={18} aria-hidden="true" />, note: '?', onSelect: onShortcuts },
  ];
  // What has no button of its own at phone width is found here.
  const moreOnPhone: MenuItem[] = [
    {
      label: isHandUp ? 'Lower hand' : 'Raise hand',
      icon: <Hand size={18} aria-hidden="true" />,
      onSelect: actions.toggleHand,
    },
    { label: 'People', icon: <Users size={18} aria-hidden="true" />, onSelect: () => onPanel('people') },
    ...(canShare
      ? [
          {
            label: screen.muted ? 'Share screen' : 'Stop sharing',
            icon: <MonitorUp size={18} aria-hidden="true" />,
            onSelect: actions.toggleScreen,
          },
        ]
      : []),
    ...more.slice(0, -1),
  ];

  return (
    <footer className={styles.toolbar} aria-label="Meeting controls">
      <div className={styles.info}>
        <h1 title={info?.title}>{info?.title || 'Meeting'}</h1>
        {info?.startedAt && <Clock since={info.startedAt} />}
        {captions && <span className={styles.mark} title="What is said in this meeting is written down.">Transcribed</span>}
        <RecordingSign />
        <BroadcastSign />
      </div>

      <div className={styles.main}>
        <ToolButton
          label={microphone.muted ? 'Unmute microphone' : 'Mute microphone'}
          shortcut="M"
          isOff={microphone.muted}
          icon={microphone.muted ? <MicOff aria-hidden="true" /> : <Mic aria-hidden="true" />}
          onClick={actions.toggleMicrophone}
        />
        <ToolButton
          label={camera.muted ? 'Start camera' : 'Stop camera'}
          shortcut="V"
          isOff={camera.muted}
          icon={camera.muted ? <VideoOff aria-hidden="true" /> : <Camera aria-hidden="true" />}
          onClick={actions.toggleCamera}
        />
        {canShare && (
          <ToolButton
            label={screen.muted ? 'Share screen' : 'Stop sharing'}
            shortcut="S"
            isPressed={!screen.muted}
            className={styles.wide}
            icon={screen.muted ? <MonitorUp aria-hidden="true" /> : <MonitorX aria-hidden="true" />}
            onClick={actions.toggleScreen}
          />
        )}
        <ToolButton
          label={isHandUp ? 'Lower hand' : 'Raise hand'}
          shortcut="H"
          isPressed={isHandUp}
          className={styles.wide}
          icon={<Hand aria-hidden="true" />}
          onClick={actions.toggleHand}
        />
        <ReactionPicker />
        <ToolButton
          label={unread > 0 ? `Chat, ${unread} unread` : 'Chat'}
          shortcut="C"
          isPressed={panel === 'chat'}
          count={unread}
          className={styles.narrow}
          icon={<MessageSquare aria-hidden="true" />}
          onClick={() => togglePanel('chat')}
        />
        <span className={styles.narrow}>
          <Menu label="More" button={<Ellipsis aria-hidden="true" />} buttonClassName={styles.tool} items={moreOnPhone} side="up" align="center" />
        </span>
        <LeaveButton />
      </div>

      <div className={styles.side}>
        <ToolButton
          label={unread > 0 ? `Chat, ${unread} unread` : 'Chat'}
          shortcut="C"
          isPressed={panel === 'chat'}
          count={unread}
          icon={<MessageSquare aria-hidden="true" />}
          onClick={() => togglePanel('chat')}
        />
        <ToolButton
          label={`People, ${others.length + 1} here`}
          shortcut="P"
          isPressed={panel === 'people'}
          icon={<Users aria-hidden="true" />}
          onClick={() => togglePanel('people')}
        />
        <Menu label="More" button={<Ellipsis aria-hidden="true" />} buttonClassName={styles.tool} items={more} side="up" />
      </div>
    </footer>
  );
}

/** One click leaves; a host is asked whether the meeting shall end for all. */
function LeaveButton(): ReactNode {
  const client = useMeeting();
  const isHost = useParticipants().self?.role === 'host';
  if (!isHost) {
    return (
      <button type="button" className={styles.leave} onClick={() => client.leave()}>
        <PhoneOff aria-hidden="true" />
        <span>Leave</span>
      </button>
    );
  }
  return (
    <Menu
      label="Leave"
      button={
        <>
          <PhoneOff aria-hidden="true" />
          <span>Leave</span>
        </>
      }
      buttonClassName={styles.leave}
      side="up"
      items={[
        { label: 'Leave the meeting', icon: <PhoneOff size={18} aria-hidden="true" />, onSelect: () => client.leave() },
        { label: 'End for everybody', icon: <MonitorX size={18} aria-hidden="true" />, danger: true, onSelect: () => client.endMeeting() },
      ]}
    />
  );
}

import { useCaptions, useChat, useLocalMedia, useMeeting, useMeetingInfo } from '@tertulia/react';
import { MonitorUp } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { CaptionBar } from '../captions/CaptionBar.js';
import { TranscriptPanel } from '../captions/TranscriptPanel.js';
import { ChatPanel } from '../chat/ChatPanel.js';
import { PeoplePanel } from '../people/PeoplePanel.js';
import { SettingsDialog } from '../settings/SettingsDialog.js';
import { ShortcutsDialog } from '../settings/ShortcutsDialog.js';
import { Button } from '../ui/Button.js';
import { AudioSinks } from './AudioSinks.js';
import { ConnectionNotice } from './ConnectionNotice.js';
import { Happenings } from './Happenings.js';
import styles from './MeetingPage.module.css';
import { BroadcastNotice } from './Broadcast.js';
import { RecordingNotice } from './RecordingNotice.js';
import { Reactions } from './Reactions.js';
import { Stage, type View } from './stage/Stage.js';
import { Toolbar, type Panel } from './toolbar/Toolbar.js';
import { useActions } from './useActions.js';
import { useMutedTalk } from './useMutedTalk.js';
import { usePushToTalk } from './usePushToTalk.js';
import { useShortcuts } from './useShortcuts.js';
import { useWakeLock } from './useWakeLock.js';

export function MeetingPage(): ReactNode {
  const [panel, setPanel] = useState<Panel>(null);
  const [view, setView] = useState<View>('grid');
  const [pinned, setPinned] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'settings' | 'shortcuts' | null>(null);
  const actions = useActions();
  const client = useMeeting();
  const captions = useCaptions().info;
  const togglePanel = (which: Panel): void => setPanel(panel === which ? null : which);

  useTitle();
  useLeaveOnClose();
  useMutedTalk();
  usePushToTalk();
  useWakeLock();
  useShortcuts({
    m: actions.toggleMicrophone,
    v: actions.toggleCamera,
    s: actions.toggleScreen,
    h: actions.toggleHand,
    c: () => togglePanel('chat'),
    p: () => togglePanel('people'),
    t: () => captions && togglePanel('transcript'),
    l: () => captions && client.setCaptions({ show: !captions.show }),
    g: () => setView(view === 'grid' ? 'speaker' : 'grid'),
    '?': () => setDialog('shortcuts'),
    escape: () => setPanel(null),
  });

  return (
    <main className={styles.meeting} data-meeting>
      <div className={styles.middle}>
        <div className={styles.pictures}>
          <ConnectionNotice />
          <RecordingNotice />
          <BroadcastNotice />
          <SharingNotice onStop={actions.toggleScreen} />
          <Stage view={view} pinned={pinned} onPin={setPinned} />
          <CaptionBar />
          <Reactions />
        </div>
        {panel === 'chat' && <ChatPanel onClose={() => setPanel(null)} />}
        {panel === 'transcript' && <TranscriptPanel onClose={() => setPanel(null)} />}
        {panel === 'people' && <PeoplePanel onClose={() => setPanel(null)} />}
      </div>
      <Toolbar
        actions={actions}
        panel={panel}
        view={view}
        onPanel={setPanel}
        onView={setView}
        onSettings={() => setDialog('settings')}
        onShortcuts={() => setDialog('shortcuts')}
      />
      <AudioSinks />
      <Happenings isChatOpen={panel === 'chat'} onOpenChat={() => setPanel('chat')} />
      {dialog === 'settings' && <SettingsDialog onClose={() => setDialog(null)} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={() => setDialog(null)} />}
    </main>
  );
}

function SharingNotice({ onStop }: { onStop(): void }): ReactNode {
  const { screen } = useLocalMedia();
  if (screen.muted) return null;
  return (
    <div className={styles.sharing} role="status">
      <MonitorUp size={18} aria-hidden="true" />
      <span>Everybody sees your screen</span>
      <Button size="small" onClick={onStop}>
        Stop sharing
      </Button>
    </div>
  );
}

function useTitle(): void {
  const title = useMeetingInfo()?.title || 'Meeting';
  const { unread } = useChat();
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${title} · Tertulia`;
  }, [title, unread]);
}

/** A closed tab or the back button is a leave: the others see it at once. */
function useLeaveOnClose(): void {
  const client = useMeeting();
  useEffect(() => {
    const leave = (): void => client.leave();
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      // Development draws everything twice at first; only a page that is really gone leaves.
      setTimeout(() => {
        if (!document.querySelector('[data-meeting]')) client.leave();
      });
    };
  }, [client]);
}

import { useChat, useMeeting } from '@tertulia/react';
import { MessageSquare } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { SidePanel } from '../meeting/SidePanel.js';
import { Composer } from './Composer.js';
import styles from './Chat.module.css';
import { groupMessages } from './groups.js';
import { MessageGroupView } from './MessageGroupView.js';

export function ChatPanel({ onClose }: { onClose(): void }): ReactNode {
  const client = useMeeting();
  const { messages } = useChat();
  const list = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);

  useEffect(() => {
    client.setChatInView(true);
    return () => client.setChatInView(false);
  }, [client]);

  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  // Whoever reads back is not torn away by a new message.
  useLayoutEffect(() => {
    if (isAtEnd) toEnd();
  }, [messages, isAtEnd]);

  return (
    <SidePanel title="Chat" onClose={onClose}>
      <div
        ref={list}
        className={styles.list}
        role="log"
        aria-label="Messages"
        // Scrollable regions must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={({ currentTarget: box }) => setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < 40)}
      >
        {messages.length === 0 ? (
          <div className={styles.empty}>
            <MessageSquare size={32} aria-hidden="true" />
            <p>Nothing written yet. Everybody in the meeting can read what you write here, also those who come later.</p>
          </div>
        ) : (
          <ol>
            {groupMessages(messages).map((group) => (
              <MessageGroupView key={group.key} group={group} />
            ))}
          </ol>
        )}
      </div>
      {!isAtEnd && (
        <button type="button" className={styles.newest} onClick={toEnd}>
          To the newest
        </button>
      )}
      <Composer />
    </SidePanel>
  );
}

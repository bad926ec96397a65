import { MAX_CHAT_LENGTH } from '@tertulia/client';
import { useMeeting } from '@tertulia/react';
import { SendHorizontal } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import styles from './Chat.module.css';

const WARN_FROM = MAX_CHAT_LENGTH - 400;

export function Composer(): ReactNode {
  const client = useMeeting();
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => box.current?.focus(), []);
  // As tall as what is written, up to the limit that the style sheet sets.
  useLayoutEffect(() => {
    const area = box.current!;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [text]);

  const send = (): void => {
    if (client.sendChat(text)) setText('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        rows={1}
        value={text}
        maxLength={MAX_CHAT_LENGTH}
        placeholder="Write a message"
        aria-label="Write a message to everybody"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" aria-label="Send" disabled={text.trim() === ''}>
        <SendHorizontal size={20} aria-hidden="true" />
      </button>
      {text.length > WARN_FROM && <p role="status">{MAX_CHAT_LENGTH - text.length} characters left</p>}
    </form>
  );
}

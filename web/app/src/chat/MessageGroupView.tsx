import type { ReactNode } from 'react';
import styles from './Chat.module.css';
import type { MessageGroup } from './groups.js';
import { linkify } from './linkify.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

export function MessageGroupView({ group }: { group: MessageGroup }): ReactNode {
  return (
    <li className={`${styles.group} ${group.isOwn ? styles.own : ''}`} data-testid="message-group">
      <p className={styles.head}>
        <strong>{group.isOwn ? 'You' : group.from}</strong> <time dateTime={group.time.toISOString()}>{clock.format(group.time)}</time>
      </p>
      {group.messages.map((message) => (
        <p key={message.id} className={styles.bubble} data-pending={message.pending || undefined} data-testid="message">
          <MessageText text={message.text} />
          {message.pending && <span className="visually-hidden"> (being sent)</span>}
        </p>
      ))}
    </li>
  );
}

function MessageText({ text }: { text: string }): ReactNode {
  return linkify(text).map(({ text: piece, href }, index) =>
    href ? (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {piece}
      </a>
    ) : (
      <span key={index}>{piece}</span>
    ),
  );
}

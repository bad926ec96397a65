import type { ChatMessage } from '@tertulia/client';

export interface MessageGroup {
  key: string;
  from: string;
  isOwn: boolean;
  time: Date;
  messages: ChatMessage[];
}

const SAME_BREATH_MS = 3 * 60_000;

/** Messages of one person in quick succession are drawn under one name and time. */
export function groupMessages(messages: readonly ChatMessage[]): MessageGroup[] {
  const groups: MessageGroup[] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    const last = group?.messages.at(-1);
    const belongs =
      group && last && (group.isOwn ? message.isOwn : group.messages[0]!.peerId === message.peerId) &&
      message.time.getTime() - last.time.getTime() < SAME_BREATH_MS;
    if (belongs) group.messages.push(message);
    else groups.push({ key: message.id, from: message.from, isOwn: message.isOwn, time: message.time, messages: [message] });
  }
  return groups;
}

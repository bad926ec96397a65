import { TertuliaError, type OwnMeeting, type PastMessage, type PastParticipant, type Recording } from '@tertulia/client';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { duration } from '../meeting/toolbar/Clock.js';
import { api } from '../session/session.js';
import { SignInHelp } from '../start/SignInHelp.js';
import { Page } from '../ui/Page.js';
import { RecordingCard } from './RecordingCard.js';
import styles from './RecordingsPage.module.css';

const LOOK_AGAIN_MS = 2_000;

interface Content {
  meeting: OwnMeeting;
  recordings: Recording[];
  chat: PastMessage[];
  people: PastParticipant[];
}

/** What a meeting left behind: its recordings with their files, and its chat. */
export function RecordingsPage({ meetingId }: { meetingId: string }): ReactNode {
  const [content, setContent] = useState<Content | null>(null);
  const [problem, setProblem] = useState<TertuliaError | null>(null);

  const load = useCallback(async (): Promise<void> => {
    try {
      const [meeting, recordings, chat, stays] = await Promise.all([
        api.meeting(meetingId),
        api.recordings(meetingId),
        api.pastChat(meetingId),
        api.pastParticipants(meetingId),
      ]);
      const people = [...new Map(stays.map((stay) => [stay.peerId, stay])).values()];
      setContent({ meeting, recordings, chat, people });
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof TertuliaError ? error : new TertuliaError('internal', String(error)));
    }
  }, [meetingId]);

  useEffect(() => {
    document.title = `${content?.meeting.title ?? 'Recordings'} · Tertulia`;
  }, [content?.meeting.title]);

  const isChanging = content?.recordings.some(isUnfinished) ?? false;
  useEffect(() => {
    void load();
    if (!isChanging) return;
    const timer = setInterval(() => void load(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [load, isChanging]);

  if (problem?.status === 401 || problem?.status === 403) {
    return (
      <Page narrow>
        <SignInHelp />
      </Page>
    );
  }
  return (
    <Page>
      <div className={styles.page}>
        {problem && (
          <p role="alert" className={styles.problem}>
            {problem.status === 404 ? 'There is no such meeting.' : `The recordings cannot be shown: ${problem.message}`}
          </p>
        )}
        {content && (
          <>
            <header className={styles.head}>
              <h1>{content.meeting.title}</h1>
              <p>{new Date(content.meeting.startedAt ?? content.meeting.createdAt).toLocaleString()}</p>
            </header>
            {content.recordings.length === 0 && <p className={styles.empty}>This meeting has not been recorded.</p>}
            {content.recordings.map((recording) => (
              <RecordingCard key={recording.recordingId} recording={recording} people={content.people} onChanged={() => void load()} />
            ))}
            {content.chat.length > 0 && <PastChat messages={content.chat} />}
          </>
        )}
      </div>
    </Page>
  );
}

function PastChat({ messages }: { messages: PastMessage[] }): ReactNode {
  return (
    <section className={styles.card} aria-labelledby="chat-heading">
      <h2 id="chat-heading">Chat</h2>
      <ul className={styles.chat}>
        {messages.map((message) => (
          <li key={message.id}>
            <time>{duration(message.offset * 1000)}</time>
            <strong>{message.from}</strong> {message.text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function isUnfinished({ status, renditions }: Recording): boolean {
  return status === 'recording' || renditions.some((one) => one.status !== 'ready' && one.status !== 'failed');
}

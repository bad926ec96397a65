import type { OwnMeeting } from '@tertulia/client';
import { useEffect, useState, type ReactNode } from 'react';
import { navigate } from '../routing/router.js';
import { api } from '../session/session.js';
import styles from './PastMeetings.module.css';

const SHOWN = 6;
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The way to what earlier meetings left behind. */
export function PastMeetings(): ReactNode {
  const [meetings, setMeetings] = useState<OwnMeeting[]>([]);
  useEffect(() => {
    let isGone = false;
    api.meetings(SHOWN).then(
      (found) => !isGone && setMeetings(found.filter((meeting) => meeting.startedAt)),
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, []);
  if (meetings.length === 0) return null;
  return (
    <section className={styles.past} aria-labelledby="past-heading">
      <h2 id="past-heading">Earlier meetings</h2>
      <ul>
        {meetings.map((meeting) => (
          <li key={meeting.meetingId}>
            <a
              href={`/review/${meeting.meetingId}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                navigate(`/review/${meeting.meetingId}`);
              }}
            >
              <strong>{meeting.title}</strong>
              <span>{meeting.state === 'open' ? 'Going on' : day.format(new Date(meeting.startedAt ?? meeting.createdAt))}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { TertuliaError, type OwnMeeting, type Recording, type Summary, type TranscriptLine } from '@tertulia/client';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../session/session.js';

export type Loading = 'loading' | 'there' | 'unknown' | 'signed-out' | 'unreachable';

export interface Records {
  state: Loading;
  meeting: OwnMeeting | null;
  recordings: readonly Recording[];
  lines: readonly TranscriptLine[];
  /** False while further pages of the transcript are on their way. */
  isComplete: boolean;
  summary: Summary | null;
  reload(): Promise<void>;
  setSummary(summary: Summary): void;
}

/** What a meeting left behind, as far as this server has it. */
export function useRecords(meetingId: string): Records {
  const [state, setState] = useState<Loading>('loading');
  const [meeting, setMeeting] = useState<OwnMeeting | null>(null);
  const [recordings, setRecordings] = useState<readonly Recording[]>([]);
  const [lines, setLines] = useState<readonly TranscriptLine[]>([]);
  const [isComplete, setComplete] = useState(false);
  const [summary, setSummary] = useState<Summary | null>(null);

  const load = useCallback(
    async (isWanted: () => boolean): Promise<void> => {
      try {
        const found = await api.meeting(meetingId);
        // Recordings are an extra here: what was said is to be seen without them too.
        const [made, recorded] = await Promise.all([api.summary(meetingId).catch(orNone), api.recordings(meetingId).catch(() => [])]);
        if (!isWanted()) return;
        setMeeting(found);
        setSummary(made);
        setRecordings(recorded);
        setState('there');
        const all: TranscriptLine[] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await api.transcript(meetingId, cursor);
          if (!isWanted()) return;
          all.push(...page.items);
          setLines([...all]);
          cursor = page.nextCursor;
          if (cursor === undefined) break;
        }
        setComplete(true);
      } catch (error) {
        if (isWanted()) setState(stateOf(error));
      }
    },
    [meetingId],
  );

  useEffect(() => {
    let isGone = false;
    void load(() => !isGone);
    return () => {
      isGone = true;
    };
  }, [load]);

  return { state, meeting, recordings, lines, isComplete, summary, reload: () => load(() => true), setSummary };
}

function orNone(error: unknown): null {
  if (error instanceof TertuliaError && error.code === 'summary-unknown') return null;
  throw error;
}

function stateOf(error: unknown): Loading {
  if (!(error instanceof TertuliaError) || error.status === undefined) return 'unreachable';
  if (error.status === 401) return 'signed-out';
  return error.status === 404 ? 'unknown' : 'unreachable';
}

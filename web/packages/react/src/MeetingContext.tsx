import type { MeetingClient } from '@tertulia/client';
import { createContext, useContext, type ReactNode } from 'react';

const MeetingContext = createContext<MeetingClient | null>(null);

/** Makes one MeetingClient known to the hooks of everything inside. */
export function MeetingProvider({ client, children }: { client: MeetingClient; children: ReactNode }): ReactNode {
  return <MeetingContext value={client}>{children}</MeetingContext>;
}

/** The client of the meeting around this component. */
export function useMeeting(): MeetingClient {
  const client = useContext(MeetingContext);
  if (!client) throw new Error('useMeeting needs a <MeetingProvider> around it');
  return client;
}

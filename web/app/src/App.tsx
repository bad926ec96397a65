import type { ReactNode } from 'react';
import { AccountPage } from './account/AccountPage.js';
import { EndPage } from './endings/EndPage.js';
import { JoinPage } from './lobby/JoinPage.js';
import { LivePage } from './live/LivePage.js';
import { RecordingsPage } from './recordings/RecordingsPage.js';
import { navigate, useRoute } from './routing/router.js';
import { ReviewPage } from './review/ReviewPage.js';
import { StartPage } from './start/StartPage.js';
import { Toasts } from './ui/Toasts.js';

export function App(): ReactNode {
  return (
    <>
      <CurrentPage />
      <Toasts />
    </>
  );
}

function CurrentPage(): ReactNode {
  const route = useRoute();
  switch (route.page) {
    case 'start':
      return <StartPage />;
    case 'join':
      return <JoinPage key={route.meetingId} meetingId={route.meetingId} />;
    case 'recordings':
      return <RecordingsPage key={route.meetingId} meetingId={route.meetingId} />;
    case 'review':
      return <ReviewPage key={route.meetingId} meetingId={route.meetingId} />;
    case 'live':
      return <LivePage key={route.broadcastId} broadcastId={route.broadcastId} />;
    case 'account':
      return <AccountPage />;
    case 'missing':
      return <EndPage kind="missing" onBack={() => navigate('/')} />;
  }
}

export type Route = { page: 'start' } | { page: 'account' } | { page: 'join'; meetingId: string } | { page: 'recordings'; meetingId: string } | { page: 'review'; meetingId: string } | { page: 'live'; broadcastId: string } | { page: 'missing' };

export function parseRoute(pathname: string): Route {
  if (pathname === '/' || pathname === '/index.html') return { page: 'start' };
  if (/^\/account\/?$/.test(pathname)) return { page: 'account' };
  const recordings = /^\/recordings\/([^/]+)\/?$/.exec(pathname);
  if (recordings) return { page: 'recordings', meetingId: safeDecode(recordings[1]!) };
  const live = /^\/live\/([^/]+)\/?$/.exec(pathname);
  if (live) return { page: 'live', broadcastId: safeDecode(live[1]!) };
  const join = /^\/join\/([^/]+)\/?$/.exec(pathname);
  if (join) return { page: 'join', meetingId: safeDecode(join[1]!) };
  const review = /^\/review\/([^/]+)\/?$/.exec(pathname);
  return review ? { page: 'review', meetingId: safeDecode(review[1]!) } : { page: 'missing' };
}

/** The meeting id in whatever was pasted: a link of any host, a path, or the bare id. */
export function meetingIdIn(text: string): string | null {
  const trimmed = text.trim();
  const inLink = /\/join\/([^/?#\s]+)/.exec(trimmed);
  const id = inLink ? safeDecode(inLink[1]!) : trimmed;
  return /^[\w-]{3,64}$/.test(id) ? id : null;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { Store, TertuliaApi, type Session } from '@tertulia/client';
import { toast } from '../ui/toasts.js';

/** The server this page came from. */
export const api = new TertuliaApi();

/** Null until the server has told. */
export const session = new Store<Session | null>(null);

export async function loadSession(): Promise<Session> {
  const loaded = await api.session().catch((): Session => ({ signedIn: false }));
  session.set(loaded);
  return loaded;
}

export async function signOut(): Promise<void> {
  try {
    await api.signOut();
    session.set({ signedIn: false });
  } catch {
    toast('Signing out did not work. Is the server reachable?', { kind: 'warning' });
  }
}

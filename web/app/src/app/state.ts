import { createClient, isParleyError, restoreSession, signIn, register, type Client, type Keep, type Session } from '@parley/client';
import { indexedDBOutbox } from '@parley/client/storage';
import type { ConnectionState, Notification, OwnProfile } from '@parley/client';
import { computed, ref, shallowRef } from 'vue';
import { serverBase } from './place.ts';
import { hearOfRooms, readRooms, rooms, roomsLoaded } from './rooms.ts';
import { language } from './settings.ts';

export const client = shallowRef<Client>();
export const profile = shallowRef<OwnProfile>();
export const connection = shallowRef<ConnectionState>({ phase: 'idle' });
export const inbox = shallowRef<readonly Notification[]>([]);
/** The session ended while the page was open: a dialog over it asks for the password. */
export const needsSignIn = ref(false);
export const openRequests = computed(() => inbox.value.filter(one => one.status === 'unread' || one.status === 'read'));

const quiet_ms = 60_000;
let session: Session | undefined;
let poll: number | undefined;

/** Reads the list of rooms anew. */
export async function refreshRooms(): Promise<void> {
  if (client.value) await readRooms(client.value);
}

/** Reads name, picture and role anew. */
export async function refreshProfile(): Promise<void> {
  const current = client.value;
  const me = await current?.call('show_profile', {});
  if (me && current === client.value) profile.value = me;
}

export async function refreshInbox(): Promise<void> {
  const page = await client.value?.call('list_notifications', { size: 100 });
  if (page) inbox.value = page.items;
}

function attach(to: Session, name: string): void {
  session = to;
  const outbox = 'indexedDB' in globalThis ? indexedDBOutbox(name) : undefined;
  const made = createClient({ url: serverBase, auth: to, lang: language.value, ...(outbox ? { outbox } : {}) });
  client.value = made;
  made.on('state', state => {
    connection.value = state;
  });
  made.on('signedOut', () => {
    needsSignIn.value = true;
  });
  made.on('notification', heard => {
    inbox.value = [heard, ...inbox.value.filter(one => one.id !== heard.id)];
  });
  made.on('notificationAnswered', () => void refreshRooms().catch(() => undefined));
  hearOfRooms(made);
  made.on('state', state => {
    if (state.phase === 'live') void Promise.all([refreshProfile(), refreshRooms(), refreshInbox()]).catch(() => undefined);
  });
  to.signedOut.subscribe(() => {
    if (to === session && to.signedOut.getSnapshot()) needsSignIn.value = true;
  });
  made.connect();
  clearInterval(poll);
  poll = window.setInterval(() => {
    if (document.visibilityState === 'visible' && connection.value.phase === 'live') void refreshRooms().catch(() => undefined);
  }, quiet_ms);
}

/** Takes up what an earlier page left; true if somebody is signed in. */
export async function resume(): Promise<boolean> {
  if (client.value) return true;
  const found = await restoreSession({ url: serverBase, lang: () => language.value });
  if (!found) return false;
  try {
    const probe = createClient({ url: serverBase, auth: found });
    const me = await probe.call('show_profile', {});
    profile.value = me;
    attach(found, String(me.id));
    return true;
  } catch (error) {
    if (isParleyError(error) && (error.retryable || error.code === 'offline')) {
      // The server is away: the page opens all the same and comes back with it.
      attach(found, 'unknown');
      return true;
    }
    found.dispose();
    return false;
  }
}

export async function enter(username: string, password: string, keep: Keep): Promise<void> {
  const made = await signIn({ url: serverBase, username, password, keep, lang: () => language.value });
  client.value?.disconnect();
  session?.dispose();
  needsSignIn.value = false;
  const me = await createClient({ url: serverBase, auth: made }).call('show_profile', {});
  profile.value = me;
  attach(made, String(me.id));
}

export async function enrol(username: string, email: string, password: string, keep: Keep): Promise<void> {
  await register({ url: serverBase, username, email, password, lang: () => language.value });
  await enter(username, password, keep);
}

/** Ends the session here and erases what the page kept of it. */
export async function leave(): Promise<void> {
  clearInterval(poll);
  const current = client.value;
  await current?.clearOutbox().catch(() => undefined);
  current?.disconnect();
  const ending = session;
  session = undefined;
  // The server answers a revocation of what it does not know as any other.
  await ending?.signOut().catch(() => undefined);
  ending?.dispose();
  for (const key of Object.keys(localStorage)) if (/^parley\.(draft|tasks)\./.test(key)) localStorage.removeItem(key);
  client.value = undefined;
  profile.value = undefined;
  rooms.value = [];
  inbox.value = [];
  roomsLoaded.value = false;
  needsSignIn.value = false;
}

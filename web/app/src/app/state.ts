import { createClient, isParleyError, restoreSession, signIn, register, type Client, type Keep, type Session } from '@parley/client';
import { indexedDBOutbox } from '@parley/client/storage';
import type { ConnectionState, Notification, OwnProfile, RoomData } from '@parley/client';
import { computed, ref, shallowRef } from 'vue';
import { serverBase } from './place.ts';
import { language } from './settings.ts';

/** A room of the list at the left. */
export interface RoomRow {
  id: number;
  name: string;
  unread: number;
  people: number;
  mine: boolean;
}

export const client = shallowRef<Client>();
export const profile = shallowRef<OwnProfile>();
export const connection = shallowRef<ConnectionState>({ phase: 'idle' });
export const rooms = shallowRef<readonly RoomRow[]>([]);
export const roomsLoaded = ref(false);
export const inbox = shallowRef<readonly Notification[]>([]);
/** The session ended while the page was open: a dialog over it asks for the password. */
export const needsSignIn = ref(false);
export const openRequests = computed(() => inbox.value.filter(one => one.status === 'unread' || one.status === 'read'));
export const unreadTotal = computed(() => rooms.value.reduce((sum, room) => sum + room.unread, 0));

const quiet_ms = 20_000;
let session: Session | undefined;
let poll: number | undefined;
/** The room on the screen: it is read as it comes, so the list counts nothing for it. */
export const roomOnScreen = ref<number>();

/** Reads rooms and unread counts anew. */
export async function refreshRooms(): Promise<void> {
  const current = client.value;
  if (!current) return;
  const [me, mine] = await Promise.all([current.call('show_profile', {}), listMine(current)]);
  if (current !== client.value) return;
  profile.value = me;
  const people = new Map(mine.map(room => [room.id, room.active_users]));
  const owned = new Set(me.owned_rooms.map(room => room.id));
  const briefs = new Map([...me.owned_rooms, ...me.joined_rooms].map(room => [room.id, room]));
  const rest = mine.filter(room => !briefs.has(room.id)).map(room => ({ id: room.id, name: room.name, unread: 0 }));
  rooms.value = [...briefs.values(), ...rest].map(room => ({
    id: room.id,
    name: room.name,
    unread: room.id === roomOnScreen.value && document.hasFocus() ? 0 : room.unread,
    people: people.get(room.id) ?? 0,
    mine: owned.has(room.id),
  }));
  roomsLoaded.value = true;
}

async function listMine(current: Client): Promise<readonly RoomData[]> {
  const first = await current.call('list_rooms', { scope: 'mine', size: 100 });
  return first.items;
}

export async function refreshInbox(): Promise<void> {
  const page = await client.value?.call('list_notifications', { size: 100 });
  if (page) inbox.value = page.items;
}

/** A room was read here: its badge goes at once. */
export function clearUnread(roomId: number): void {
  if (rooms.value.some(room => room.id === roomId && room.unread > 0))
    rooms.value = rooms.value.map(room => (room.id === roomId ? { ...room, unread: 0 } : room));
}

/** The room on the screen knows at once who is there. */
export function setPeople(roomId: number, people: number): void {
  if (rooms.value.some(room => room.id === roomId && room.people !== people))
    rooms.value = rooms.value.map(room => (room.id === roomId ? { ...room, people } : room));
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
  made.on('notificationAnswered', () => void refreshRooms());
  made.on('frame', frame => {
    if (frame.type === 'room_left' || frame.type === 'room_closed' || frame.type === 'room_updated') void refreshRooms();
  });
  made.on('state', state => {
    if (state.phase === 'live') void Promise.all([refreshRooms(), refreshInbox()]).catch(() => undefined);
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
  await ending?.signOut();
  ending?.dispose();
  for (const key of Object.keys(localStorage)) if (key.startsWith('parley.draft.')) localStorage.removeItem(key);
  client.value = undefined;
  profile.value = undefined;
  rooms.value = [];
  inbox.value = [];
  roomsLoaded.value = false;
  needsSignIn.value = false;
}

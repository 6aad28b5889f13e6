import type { Client, Frame, Message, RoomActivity, RoomData } from '@parley/client';
import { computed, ref, shallowRef } from 'vue';

/** A room of the list at the left. */
export interface RoomRow {
  id: number;
  name: string;
  unread: number;
  people: number;
  role: 'member' | 'moderator' | 'owner';
  last: LastMessage | undefined;
  /** When something was said last, else when one came. */
  at: string;
}

export interface LastMessage {
  id: number;
  sender: string;
  content: string;
  attachments: Message['attachments'];
  deleted: boolean;
}

export const rooms = shallowRef<readonly RoomRow[]>([]);
export const roomsLoaded = ref(false);
/** The room on the screen: it is read as it comes, so the list counts nothing for it. */
export const roomOnScreen = ref<number>();
export const unreadTotal = computed(() => rooms.value.reduce((sum, room) => sum + room.unread, 0));
/** What is unread first, then what was said last. */
export const sortedRooms = computed(() =>
  [...rooms.value].sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0) || b.at.localeCompare(a.at) || b.id - a.id));

const page_size = 100;
const snippet_max = 120;
let turn = 0;

function rowOf({ id, name, active_users, me, last_message, created_at }: RoomData): RoomRow {
  return {
    id, name, people: active_users, role: me.role ?? 'member',
    unread: isRead(id) ? 0 : me.unread,
    last: last_message ? lastOf(last_message) : undefined,
    at: last_message?.timestamp ?? me.joined_at ?? created_at,
  };
}

function lastOf({ id, sender_username, content, attachments, deleted }: Message): LastMessage {
  return { id, sender: sender_username, content: content.slice(0, snippet_max), attachments, deleted };
}

const isRead = (id: number): boolean => id === roomOnScreen.value && document.hasFocus();

/** Reads the list anew. */
export async function readRooms(client: Client): Promise<void> {
  const own = ++turn;
  const found: RoomRow[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.call('list_rooms', { scope: 'mine', page, size: page_size });
    if (own !== turn) return;
    found.push(...answer.items.map(rowOf));
    if (answer.items.length < page_size || found.length >= answer.total) break;
  }
  rooms.value = found;
  roomsLoaded.value = true;
}

function change(id: number, how: (room: RoomRow) => Partial<RoomRow>): void {
  if (rooms.value.some(room => room.id === id)) rooms.value = rooms.value.map(room => (room.id === id ? { ...room, ...how(room) } : room));
}

/** A room was read here: its badge goes at once. */
export function clearUnread(id: number): void {
  if (rooms.value.some(room => room.id === id && room.unread > 0)) change(id, () => ({ unread: 0 }));
}

/** The room on the screen knows at once who is there. */
export function setPeople(id: number, people: number): void {
  if (rooms.value.some(room => room.id === id && room.people !== people)) change(id, () => ({ people }));
}

/** Keeps the list as the server tells: rooms elsewhere by their activity, rooms that were joined by their own frames. */
export function hearOfRooms(client: Client): void {
  const reread = (): void => void readRooms(client).catch(() => undefined);
  client.on('roomActivity', activity => hearActivity(client, activity, reread));
  client.on('frame', frame => hearFrame(frame, client.user?.id, reread));
}

function hearActivity(client: Client, { room_id, last_message, unread }: RoomActivity, reread: () => void): void {
  // Of a room that this list has not: somebody let this user in a moment ago.
  if (!rooms.value.some(room => room.id === room_id)) return reread();
  change(room_id, room => ({
    unread: isRead(room_id) ? 0 : unread,
    ...(last_message?.snippet
      ? { last: { id: last_message.id, sender: last_message.sender.username, content: last_message.snippet, attachments: [], deleted: false }, at: last_message.timestamp }
      : unread > room.unread ? { at: new Date().toISOString() } : {}),
  }));
  // Without words it was deleted, or is files alone.
  if (last_message && !last_message.snippet) void readLast(client, room_id, last_message.id);
}

async function readLast(client: Client, roomId: number, messageId: number): Promise<void> {
  const message = await client.call('show_message', { message_id: messageId }).catch(() => undefined);
  if (message) change(roomId, room => (message.id < (room.last?.id ?? 0) ? {} : { last: lastOf(message), at: message.timestamp }));
}

function hearFrame(frame: Frame, me: number | undefined, reread: () => void): void {
  switch (frame.type) {
    case 'room_message': {
      const message = frame.payload;
      return change(message.room_id, room => (message.id <= (room.last?.id ?? 0) ? {} : {
        last: lastOf(message), at: message.timestamp,
        unread: message.sender_id === me || message.replayed || isRead(room.id) ? room.unread : room.unread + 1,
      }));
    }
    case 'message_edited':
      return change(frame.payload.room_id, room => (room.last?.id === frame.payload.id ? { last: lastOf(frame.payload) } : {}));
    case 'message_deleted':
      return change(frame.payload.room_id, room => (room.last?.id === frame.payload.id ? { last: { ...room.last, content: '', attachments: [], deleted: true } } : {}));
    case 'message_read':
      if (frame.payload.user_id === me) change(frame.payload.room_id, room => (frame.payload.last_read_id >= (room.last?.id ?? 0) ? { unread: 0 } : {}));
      return undefined;
    case 'presence':
      return setPeople(frame.payload.room_id, frame.payload.active_users);
    case 'room_joined':
      return setPeople(frame.payload.room_id, frame.payload.active_users);
    case 'room_updated':
      return change(frame.payload.id, () => ({ name: frame.payload.name }));
    case 'member_changed':
      if (frame.payload.user.id === me) change(frame.payload.room_id, () => ({ role: frame.payload.role }));
      return undefined;
    case 'room_left':
      if (frame.payload.reason === 'removed') rooms.value = rooms.value.filter(room => room.id !== frame.payload.room_id);
      // This page is not there any more, and hears no presence of the room.
      else change(frame.payload.room_id, room => ({ people: Math.max(0, room.people - 1) }));
      return undefined;
    case 'room_closed':
      rooms.value = rooms.value.filter(room => room.id !== frame.payload.room_id);
      return undefined;
    case 'member_joined':
      return frame.payload.user.id === me ? reread() : undefined;
    default:
      return undefined;
  }
}

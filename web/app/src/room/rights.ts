import type { Member, RoomData, RoomDetails } from '@parley/client';

/** What a page may offer in a room; the server has the last word. */
export type Action =
  | 'join' | 'ask' | 'withdraw' | 'read_history' | 'send' | 'invite' | 'leave' | 'edit' | 'configure' | 'set_role' | 'mute' | 'remove'
  | 'ban' | 'delete_any' | 'transfer' | 'dissolve' | 'add_video' | 'steer' | 'answer_requests';

const ofMember: readonly Action[] = ['read_history', 'send', 'invite', 'add_video'];
const ofModerator: readonly Action[] = [...ofMember, 'leave', 'mute', 'remove', 'ban', 'delete_any'];
const ofOwner: readonly Action[] = [
  ...ofMember, 'mute', 'remove', 'ban', 'delete_any', 'edit', 'configure', 'set_role', 'transfer', 'dissolve', 'answer_requests',
];

/** By the server's own list where it sends one (`Room.me`), else by the role. */
export function rightsIn(room: RoomDetails | undefined, userId: number | undefined): ReadonlySet<Action> {
  const told = (room as (RoomData & { me?: { may?: readonly Action[] } | null }) | undefined)?.me?.may;
  if (told) return new Set(told);
  const role = room?.members.find(one => one.id === userId)?.role;
  if (!room || !role) return new Set();
  const rights = new Set<Action>(role === 'owner' ? ofOwner : role === 'moderator' ? ofModerator : [...ofMember, 'leave']);
  const { sync_mode, history } = room.config;
  if (sync_mode === 'everyone' || (sync_mode === 'owner' && role !== 'member')) rights.add('steer');
  if (history === 'none' && role === 'member') rights.delete('read_history');
  return rights;
}

const rank: Record<Member['role'], number> = { owner: 0, moderator: 1, member: 2 };

/** Members by role, those who are here first. */
export function sortMembers(members: readonly Member[]): Member[] {
  return [...members].sort((a, b) => rank[a.role] - rank[b.role] || Number(b.online) - Number(a.online) || a.username.localeCompare(b.username));
}

/** Whether a moderator's actions reach that member: plain members for moderators, everybody else for the owner. */
export function reaches(own: Member['role'] | undefined, other: Member['role']): boolean {
  return own === 'owner' ? other !== 'owner' : own === 'moderator' && other === 'member';
}

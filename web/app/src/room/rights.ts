import type { RoomAction, RoomMember } from '@parley/client';

/** What one may do in a room now, by the server's own list: `Room.me.may`. */
export type Action = RoomAction;
export type Role = RoomMember['role'];

const rank: Record<Role, number> = { owner: 0, moderator: 1, member: 2 };

/** Members by role, those who are here first. */
export function sortMembers(members: readonly RoomMember[]): RoomMember[] {
  return [...members].sort((a, b) => rank[a.role] - rank[b.role] || Number(b.online) - Number(a.online) || a.username.localeCompare(b.username));
}

/** Whether a moderator's actions reach that member: plain members for moderators, everybody else for the owner. */
export function reaches(own: Role | null | undefined, other: Role): boolean {
  return own === 'owner' ? other !== 'owner' : own === 'moderator' && other === 'member';
}

/** What is chosen for a mute that somebody lifts by hand. */
export const for_good = '9999-12-31T00:00:00.000Z';

export function isForGood(until: string): boolean {
  return until.startsWith('9999');
}

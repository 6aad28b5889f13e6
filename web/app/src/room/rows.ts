import type { Message, OutboxEntry, TimelineView } from '@parley/client';

/** What the list draws, from top to bottom. */
export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'gap'; key: string; after: number }
  | { kind: 'message'; key: string; message: Message; first: boolean }
  | { kind: 'pending'; key: string; entry: OutboxEntry };

const group_ms = 5 * 60_000;

function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/**
 * Days, groups of one sender within five minutes, gaps, and the line above what is new.
 * @param before the message above the first one, if it is known
 */
export function rowsOf(view: TimelineView, unreadAfter: number | undefined, before?: Message): Row[] {
  const rows: Row[] = [];
  for (const message of view.items) {
    const newDay = !before || !sameDay(before.timestamp, message.timestamp);
    if (newDay) rows.push({ kind: 'day', key: `d${message.id}`, at: message.timestamp });
    const unread = unreadAfter !== undefined && message.id > unreadAfter && (before?.id ?? 0) <= unreadAfter;
    if (unread) rows.push({ kind: 'unread', key: 'unread' });
    const close = before !== undefined && Date.parse(message.timestamp) - Date.parse(before.timestamp) < group_ms;
    const first = newDay || unread || !close || before?.sender_id !== message.sender_id || before.message_type === 'system';
    rows.push({ kind: 'message', key: `m${message.id}`, message, first });
    if (view.gaps.includes(message.id)) rows.push({ kind: 'gap', key: `g${message.id}`, after: message.id });
    before = message;
  }
  for (const entry of view.pending) rows.push({ kind: 'pending', key: `p${entry.clientMsgId}`, entry });
  return rows;
}

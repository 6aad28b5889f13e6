import { describe, expect, it } from 'vitest';
import { settle } from '../src/testing.ts';
import { ada, answersCome, bench, message, type Bench } from './support.ts';

const details = { id: 5, name: 'Engine room', members: [{ id: 2, username: 'ada', online: true }], me: { muted_until: null, may: [] } };

function server(history: () => unknown[]): (path: string) => unknown {
  return path => {
    if (path.includes('/details')) return details;
    return { items: history(), has_more: false };
  };
}

/** Answers the newest join. */
async function joined(on: Bench, more: Record<string, unknown> = {}): Promise<void> {
  const join = on.socket().said.findLast(frame => frame.type === 'join_room');
  on.socket().say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: null, sync: null, last_change: 0, online: [], reads: [], ...more }, join?.id);
  await answersCome();
}

async function openRoom(history: () => unknown[] = () => []): Promise<{ on: Bench; room: ReturnType<Bench['client']['room']> }> {
  const on = bench(server(history));
  on.client.connect();
  const room = on.client.room(5);
  room.open();
  await on.goLive();
  await joined(on, { last_message_id: (history() as { id: number }[]).at(-1)?.id ?? null });
  return { on, room };
}

const ids = (room: ReturnType<Bench['client']['room']>): number[] => room.timeline.getSnapshot().items.map(one => one.id);

describe('a room', () => {
  it('joins, then reads; what it hears meanwhile waits, and nothing stands twice', async () => {
    const on = bench(server(() => [message(1), message(2)]));
    on.client.connect();
    const room = on.client.room(5);
    room.open();
    await on.goLive();
    const join = on.socket().said.find(frame => frame.type === 'join_room');
    expect(join?.payload).toEqual({ room_id: 5, members_only: true });
    on.socket().say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: 2, sync: null, last_change: 0, online: [], reads: [] }, join?.id);
    on.socket().say('room_message', message(2));
    on.socket().say('room_message', message(3));
    await answersCome();
    expect(ids(room)).toEqual([1, 2, 3]);
    expect(room.state.getSnapshot()).toEqual({ phase: 'live', resumed: false });
  });

  it('tells of a message that came while the history was read, though the history may have it', async () => {
    const on = bench(path => (path.includes('/details') ? details : { items: [message(1)], has_more: false }));
    on.client.connect();
    const room = on.client.room(5);
    const told: number[] = [];
    room.on('message', heard => told.push(heard.id));
    const live = room.open();
    await on.goLive();
    const join = on.socket().said.find(frame => frame.type === 'join_room');
    on.socket().say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: 1, sync: null }, join?.id);
    on.socket().say('room_message', message(2));
    await answersCome();
    await live;
    expect(on.calls).toContain('/rooms/5/messages/?before_id=2&limit=50');
    expect(told).toEqual([2]);
  });

  it('resumes where its frames ended: an acknowledgement that came before them moves nothing', async () => {
    const { on, room } = await openRoom(() => [message(1)]);
    on.socket().end(1006);
    await on.time.pass(1_000);
    void room.send('mine');
    await on.goLive();
    const sent = on.socket().said.findLast(frame => frame.type === 'send_message');
    on.socket().say('message_ack', { message_id: 9, client_msg_id: sent?.payload.client_msg_id, timestamp: '2026-11-29T10:00:00.000Z', sent_to_online_users: 0 }, sent?.id);
    await settle();
    expect(ids(room)).toEqual([1, 9]);
    on.socket().end(1006);
    await on.time.pass(2_000);
    await on.goLive();
    expect(on.socket().said.findLast(frame => frame.type === 'join_room')?.payload).toEqual({ room_id: 5, members_only: true, last_message_id: 1, last_change: 0 });
  });

  it('says when it is live, and why it will not be', async () => {
    const on = bench();
    on.client.connect();
    await on.goLive();
    const refused = on.client.room(6).open();
    const join = on.socket().said.findLast(frame => frame.type === 'join_room');
    on.socket().say('room_join_error', { room_id: 6, status: 'failed', message: 'no', code: 'banned' }, join?.id);
    await expect(refused).rejects.toMatchObject({ code: 'banned' });
  });

  it('resumes after the highest id that it heard, 0 if there was none', async () => {
    const { on } = await openRoom();
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    expect(on.socket().said.findLast(frame => frame.type === 'join_room')?.payload).toEqual({ room_id: 5, members_only: true, last_message_id: 0, last_change: 0 });
    await joined(on);
    on.socket().say('room_message', { ...message(4), replayed: true });
    on.socket().end(1006);
    await on.time.pass(2_000);
    await on.goLive();
    expect(on.socket().said.findLast(frame => frame.type === 'join_room')?.payload).toEqual({ room_id: 5, members_only: true, last_message_id: 4, last_change: 0 });
  });

  it('shows a gap if too much was missed, and fills it on demand', async () => {
    let history = [message(1)];
    const { on, room } = await openRoom(() => history);
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    history = [message(2000), message(2001)];
    await joined(on, { resync: true, last_message_id: 2001 });
    expect(ids(room)).toEqual([1, 2000, 2001]);
    expect(room.timeline.getSnapshot().gaps).toEqual([1]);
    history = [message(2), message(3), message(2000)];
    await room.fillGap(1);
    expect(ids(room)).toEqual([1, 2, 3, 2000, 2001]);
    expect(room.timeline.getSnapshot().gaps).toEqual([]);
  });

  it('says who types, until the message, a stop or eight seconds', async () => {
    const { on, room } = await openRoom();
    const typing = (is_typing: boolean): void => on.socket().say('typing', { room_id: 5, user: { id: 3, username: 'bob' }, is_typing });
    typing(true);
    expect(room.typers.getSnapshot()).toEqual([{ id: 3, username: 'bob' }]);
    on.socket().say('room_message', message(9));
    expect(room.typers.getSnapshot()).toEqual([]);
    typing(true);
    await on.time.pass(8_000);
    expect(room.typers.getSnapshot()).toEqual([]);
  });

  it('tells of typing once in three seconds and of its end after five', async () => {
    const { on, room } = await openRoom();
    const said = (): unknown[] => on.socket().said.filter(frame => frame.type === 'typing').map(frame => frame.payload.is_typing);
    room.typing(true);
    room.typing(true);
    expect(said()).toEqual([true]);
    await on.time.pass(3_000);
    room.typing(true);
    expect(said()).toEqual([true, true]);
    await on.time.pass(5_000);
    expect(said()).toEqual([true, true, false]);
  });

  it('moves the read mark up only, with one request in two seconds', async () => {
    const { on, room } = await openRoom();
    const before = on.calls.length;
    const marks = (): string[] => on.calls.slice(before).filter(path => path.includes('/read/'));
    room.markRead(3);
    room.markRead(2);
    room.markRead(7);
    await answersCome();
    expect(marks()).toEqual(['/api/chat/messages/3/read/']);
    await on.time.pass(2_000);
    await answersCome();
    expect(marks()).toEqual(['/api/chat/messages/3/read/', '/api/chat/messages/7/read/']);
  });

  it('takes edits and deletions where they happened', async () => {
    const { on, room } = await openRoom(() => [message(1), message(2)]);
    on.socket().say('message_edited', message(1, 'better', { edited_at: '2026-11-29T10:01:00.000Z' }));
    on.socket().say('message_deleted', { id: 2, room_id: 5 });
    expect(room.timeline.getSnapshot().items).toMatchObject([{ content: 'better' }, { deleted: true, content: '' }]);
  });

  it('is gone for who was removed, and does not join again by itself', async () => {
    const { on, room } = await openRoom();
    on.socket().say('room_left', { room_id: 5, status: 'success', reason: 'removed' });
    expect(room.state.getSnapshot()).toEqual({ phase: 'gone', code: 'not_a_member' });
    on.socket().end(1006);
    await on.time.pass(1_000);
    expect(room.state.getSnapshot().phase).toBe('gone');
    const joins = on.socket().said.length;
    await on.goLive();
    expect(on.socket().said.slice(joins).some(frame => frame.type === 'join_room')).toBe(false);
  });

  it('makes a member of a stranger in the first join alone, and if that was asked for', async () => {
    const on = bench(server(() => []));
    on.client.connect();
    void on.client.room(5).open({ becomeMember: true });
    await on.goLive();
    const joins = (): unknown[] => on.sockets.flatMap(socket => socket.said).filter(frame => frame.type === 'join_room').map(frame => frame.payload.members_only);
    expect(joins()).toEqual([undefined]);
    await joined(on);
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    expect(joins()).toEqual([undefined, true]);
  });

  it('resumes from the revision that it heard: each change once, and none before its replay was quiet', async () => {
    const { on } = await openRoom(() => [message(1)]);
    const edited = message(1, 'better', { edited_at: '2026-11-29T10:01:00.000Z' });
    on.socket().say('message_edited', edited);
    on.socket().say('message_edited', edited);
    const again = async (): Promise<unknown> => {
      on.socket().end(1006);
      await on.time.pass(3_000);
      await on.goLive();
      return on.socket().said.findLast(frame => frame.type === 'join_room')?.payload.last_change;
    };
    expect(await again()).toBe(1);
    await joined(on, { last_change: 4 });
    on.socket().say('message_deleted', { id: 1, room_id: 5, replayed: true });
    expect(await again()).toBe(1);
    await joined(on, { last_change: 4 });
    await on.time.pass(15_000);
    expect(await again()).toBe(4);
  });

  it('follows its members and asks the server what one may do oneself', async () => {
    const place = { role: 'member', muted_until: null, joined_at: null, last_read_id: 0, unread: 0, pending: null, may: ['send'] };
    let me: Record<string, unknown> = place;
    const on = bench(path => (path.includes('/details') ? { ...details, member_count: 1, me } : { items: [], has_more: false }));
    on.client.connect();
    const room = on.client.room(5);
    void room.open();
    await on.goLive();
    await joined(on, { online: [2, 3] });
    const bob = { id: 3, username: 'bob', avatar_url: null };
    on.socket().say('member_joined', { room_id: 5, user: bob, role: 'member', muted_until: null });
    expect(room.details.getSnapshot()).toMatchObject({ member_count: 2, members: [{ id: 2 }, { id: 3, online: true, role: 'member' }] });
    on.socket().say('member_changed', { room_id: 5, user: bob, role: 'moderator', muted_until: '2026-11-29T11:00:00.000Z' });
    expect(room.details.getSnapshot()?.members[1]).toMatchObject({ role: 'moderator', muted_until: '2026-11-29T11:00:00.000Z' });
    on.socket().say('member_left', { room_id: 5, user: bob, role: 'moderator', muted_until: null });
    expect(room.details.getSnapshot()).toMatchObject({ member_count: 1, members: [{ id: 2 }] });

    me = { ...place, may: [], muted_until: new Date(on.time.now() + 60_000).toISOString() };
    on.socket().say('member_changed', { room_id: 5, user: { ...ada, avatar_url: null }, role: 'member', muted_until: me.muted_until });
    await answersCome();
    expect(room.me.getSnapshot()?.may).toEqual([]);
    me = place;
    await on.time.pass(61_000);
    await answersCome();
    expect(room.me.getSnapshot()?.may).toEqual(['send']);
  });

  it('takes who is here and who has read what from the join', async () => {
    const { on, room } = await openRoom();
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    await joined(on, { online: [], reads: [{ user_id: 3, last_read_id: 7 }] });
    expect(room.details.getSnapshot()?.members).toMatchObject([{ id: 2, online: false }]);
    expect(room.reads.getSnapshot().get(3)).toBe(7);
  });

  it('lets go of the far end if more than 2000 messages are held, and finds both again', async () => {
    const all = Array.from({ length: 3_000 }, (_, at) => message(at + 1));
    const on = bench(path => {
      if (path.includes('/details')) return details;
      const query = new URL(path, 'http://x').searchParams;
      const before = Number(query.get('before_id') ?? Infinity);
      const after = Number(query.get('after_id') ?? 0);
      const limit = Number(query.get('limit'));
      const fitting = all.filter(one => (one.id as number) < before && (one.id as number) > after);
      return { items: after ? fitting.slice(0, limit) : fitting.slice(-limit), has_more: fitting.length > limit };
    });
    on.client.connect();
    const room = on.client.room(5);
    void room.open();
    await on.goLive();
    await joined(on, { last_message_id: 3_000 });
    while (!room.timeline.getSnapshot().atStart) {
      await room.loadOlder(200);
      expect(room.timeline.getSnapshot().items.length).toBeLessThanOrEqual(2_000);
    }
    expect(room.timeline.getSnapshot().gaps).toEqual([2_000]);
    on.socket().say('room_message', message(3_001));
    expect(ids(room).at(-1)).toBe(2_000);
    all.push(message(3_001));
    while (room.timeline.getSnapshot().gaps.length > 0) await room.fillGap(room.timeline.getSnapshot().gaps[0] ?? 0);
    expect(ids(room)).toEqual(Array.from({ length: 2_000 }, (_, at) => at + 1_002));
    expect(room.timeline.getSnapshot().atStart).toBe(false);
    await room.loadNewest();
    expect(ids(room)).toHaveLength(50);
  });

  it('leaves a quarter of a second after the last one closed it', async () => {
    const { on, room } = await openRoom();
    room.open();
    room.close();
    room.close();
    room.open();
    await on.time.pass(1_000);
    expect(on.socket().said.some(frame => frame.type === 'leave_room')).toBe(false);
    room.close();
    await on.time.pass(250);
    expect(on.socket().said.at(-1)).toMatchObject({ type: 'leave_room', payload: { room_id: 5 } });
  });
});

describe('sending', () => {
  const sends = (on: Bench): { content: unknown; id: number | undefined; key: unknown }[] =>
    on.sockets.flatMap(socket => socket.said).filter(frame => frame.type === 'send_message')
      .map(frame => ({ content: frame.payload.content, id: frame.id, key: frame.payload.client_msg_id }));
  const ack = (on: Bench, message_id: number): void => {
    const sent = sends(on).at(-1);
    on.socket().say('message_ack', { message_id, client_msg_id: sent?.key, timestamp: '2026-11-29T10:00:00.000Z', sent_to_online_users: 0 }, sent?.id);
  };

  it('has one on its way, in order, each with one id in every try', async () => {
    const { on, room } = await openRoom();
    room.send('one');
    room.send('two');
    await settle();
    expect(sends(on).map(one => one.content)).toEqual(['one']);
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    expect(sends(on).map(one => one.content)).toEqual(['one', 'one']);
    expect(new Set(sends(on).map(one => one.key)).size).toBe(1);
    ack(on, 1);
    await settle();
    expect(sends(on).at(-1)?.content).toBe('two');
  });

  it('puts the message in the place of the waiting one, whichever comes first: the answer or the room', async () => {
    const { on, room } = await openRoom();
    const first = room.send('one');
    await settle();
    ack(on, 1);
    await expect(first.acked).resolves.toMatchObject({ message_id: 1 });
    expect(room.timeline.getSnapshot()).toMatchObject({ items: [{ id: 1, content: 'one' }], pending: [] });
    const second = room.send('two');
    await settle();
    on.socket().say('room_message', message(2, 'two', { sender_id: ada.id, client_msg_id: second.clientMsgId }));
    expect(room.timeline.getSnapshot().pending).toEqual([]);
    ack(on, 2);
    await expect(second.acked).resolves.toMatchObject({ message_id: 2 });
    expect(ids(room)).toEqual([1, 2]);
  });

  it('fails the one that is refused for good, with its reason, and goes on with the next', async () => {
    const { on, room } = await openRoom();
    const first = room.send('one');
    room.send('two');
    await settle();
    on.socket().say('error', { code: 'muted', message: 'You are muted.' }, sends(on).at(-1)?.id);
    await expect(first.acked).rejects.toMatchObject({ code: 'muted' });
    await settle();
    expect(sends(on).at(-1)?.content).toBe('two');
    expect(room.timeline.getSnapshot().pending).toMatchObject([{ status: 'failed', code: 'muted' }, { status: 'sending' }]);
  });

  it('waits as the rate limit asks', async () => {
    const { on, room } = await openRoom();
    room.send('one');
    await settle();
    on.socket().say('error', { code: 'rate_limited', message: '', retry_after_ms: 700 }, sends(on).at(-1)?.id);
    await on.time.pass(699);
    expect(sends(on)).toHaveLength(1);
    await on.time.pass(1);
    expect(sends(on)).toHaveLength(2);
  });

  it('refuses the 201st that waits at once', async () => {
    const { room } = await openRoom();
    for (let n = 0; n < 200; n += 1) room.send(`${n}`);
    await expect(room.send('too many').acked).rejects.toMatchObject({ code: 'outbox_full' });
  });
});

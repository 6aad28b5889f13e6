import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settle } from '../src/testing.ts';
import { ada, answersCome, bench, message } from './support.ts';

/** What a small server remembers: messages by id, and which `client_msg_id` made which. */
class Storm {
  readonly stored: { id: number; content: string; key: string }[] = [];

  store(content: string, key: string): number {
    const known = this.stored.find(one => one.key === key);
    if (known) return known.id;
    this.stored.push({ id: this.stored.length + 1, content, key });
    return this.stored.length;
  }

  after(id: number): Record<string, unknown>[] {
    return this.stored.filter(one => one.id > id)
      .map(one => message(one.id, one.content, { sender_id: ada.id, client_msg_id: one.key }));
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('send' as const) },
  { weight: 3, arbitrary: fc.constantFrom('cut' as const, 'lostAck' as const, 'lateAck' as const) },
  { weight: 3, arbitrary: fc.constant('serve' as const) },
);

const runs = Number(process.env.PARLEY_RUNS ?? 200);

it('stores each message once and in order, and shows each once, whatever is cut, lost or late', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
    const storm = new Storm();
    const on = bench(path => (path.includes('/details') ? { id: 5, members: [], me: { muted_until: null, may: [] } } : { items: storm.after(0), has_more: false }));
    on.client.connect();
    const room = on.client.room(5);
    room.open();
    let served = 0;

    const connect = async (): Promise<void> => {
      for (let turn = 0; turn < 60 && on.client.state.phase !== 'live'; turn += 1) {
        await on.time.pass(1_000);
        if (on.client.state.phase === 'connecting') await on.goLive();
      }
      served = 0;
      await serve('all');
    };
    /** Answers what the client said since; an answer may be lost, or come after the room's own frame. */
    const serve = async (how: 'all' | 'lostAck' | 'lateAck'): Promise<void> => {
      for (let more = true; more; ) {
        const socket = on.socket();
        const frames = socket.said.slice(served);
        served = socket.said.length;
        more = frames.length > 0 && how !== 'lostAck';
        for (const frame of frames) {
          if (frame.type === 'join_room') {
            const from = frame.payload.last_message_id as number | undefined;
            socket.say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: null, sync: null, last_change: 0, online: [], reads: [] }, frame.id);
            if (from !== undefined) for (const one of storm.after(from)) socket.say('room_message', { ...one, replayed: true });
          }
          if (frame.type !== 'send_message') continue;
          const { content, client_msg_id } = frame.payload as { content: string; client_msg_id: string };
          const fresh = !storm.stored.some(one => one.key === client_msg_id);
          const id = storm.store(content, client_msg_id);
          if (how === 'lostAck') continue;
          const ack = (): void => socket.say('message_ack', { message_id: id, client_msg_id, timestamp: '2026-11-29T10:00:00.000Z', sent_to_online_users: 0 }, frame.id);
          if (how !== 'lateAck') ack();
          if (fresh) socket.say('room_message', message(id, content, { sender_id: ada.id, client_msg_id }));
          if (how === 'lateAck') ack();
        }
        await answersCome();
        if (on.socket().said.length > served) more = true;
      }
    };

    await settle();
    await on.goLive();
    await serve('all');
    const sent: string[] = [];
    for (const what of steps) {
      if (what === 'send') {
        sent.push(`n${sent.length}`);
        room.send(sent.at(-1) ?? '');
        await settle();
      } else if (what === 'serve') {
        await serve('all');
      } else if (what === 'lateAck') {
        await serve('lateAck');
      } else {
        await serve('lostAck');
        on.socket().end(1006);
        await settle();
        await connect();
      }
    }
    for (let turn = 0; turn < 5 && storm.stored.length < sent.length; turn += 1) {
      await on.time.pass(12_000);
      await connect();
    }
    await serve('all');
    expect(storm.stored.map(one => one.content)).toEqual(sent);
    expect(room.timeline.getSnapshot().items.map(one => one.content)).toEqual(sent);
    expect(room.timeline.getSnapshot().pending).toEqual([]);
    on.client.disconnect();
  }), { numRuns: runs });
}, 60_000);

import { describe, expect, it } from 'vitest';
import { settle } from '../src/testing.ts';
import { ada, answersCome, bench, message, type Bench } from './support.ts';

const file = {
  id: 7, room_id: 5, name: 'a.png', content_type: 'image/png', size: 3, width: 1, height: 1, thumbnail_url: '/t', url: '/u', uploaded_by: 2,
  created_at: '2026-11-29T10:00:00.000Z',
};

async function openRoom(): Promise<{ on: Bench; room: ReturnType<Bench['client']['room']> }> {
  const on = bench(path => (path.includes('/details') ? { id: 5, members: [] } : { items: [], has_more: false }));
  on.client.connect();
  const room = on.client.room(5);
  void room.open();
  await on.goLive();
  const join = on.socket().said.findLast(frame => frame.type === 'join_room');
  on.socket().say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: null, sync: null }, join?.id);
  await answersCome();
  return { on, room };
}

describe('files of messages', () => {
  it('are stored by one request of bytes, as who asks', async () => {
    const asked: [string, RequestInit][] = [];
    const fetchFake = ((url: URL, init: RequestInit) => {
      asked.push([url.pathname + url.search, init]);
      return Promise.resolve(new Response(JSON.stringify(file), { status: 201 }));
    }) as unknown as typeof fetch;
    const { client } = bench(undefined, { fetch: fetchFake });
    const bytes = new Blob(['abc'], { type: 'image/png' });
    expect(await client.addFile(5, bytes, { name: 'a b.png' })).toEqual(file);
    await client.addFile(5, new Blob(['abc']), { name: 'x' });
    expect(asked.map(([path]) => path)).toEqual(['/rooms/5/files?name=a+b.png', '/rooms/5/files?name=x']);
    expect(asked.map(([, init]) => [init.method, init.headers])).toMatchObject([
      ['POST', { Authorization: 'Bearer t1', 'Content-Type': 'image/png' }],
      ['POST', { Authorization: 'Bearer t2', 'Content-Type': 'application/octet-stream' }],
    ]);
    expect(asked[0]?.[1].body).toBe(bytes);
  });

  it('go by their numbers; the message comes with its own frame, for an acknowledgement does not know them', async () => {
    const { on, room } = await openRoom();
    const told: number[] = [];
    room.on('message', heard => told.push(heard.id));
    const sent = room.send('', { attachments: [7] });
    await settle();
    const frame = on.socket().said.findLast(one => one.type === 'send_message');
    expect(frame?.payload).toEqual({ room_id: 5, content: '', message_type: 'file', client_msg_id: sent.clientMsgId, attachments: [7] });
    const ack = { message_id: 9, client_msg_id: sent.clientMsgId, timestamp: '2026-11-29T10:00:00.000Z', sent_to_online_users: 0 };
    on.socket().say('message_ack', ack, frame?.id);
    expect(await sent.acked).toEqual(ack);
    expect(told).toEqual([]);
    on.socket().say('room_message', message(9, '', { sender_id: ada.id, client_msg_id: sent.clientMsgId, attachments: [file] }));
    expect(told).toEqual([9]);
    expect(room.timeline.getSnapshot().items[0]?.attachments).toEqual([file]);
    expect(room.timeline.getSnapshot().pending).toEqual([]);
    on.socket().say('message_deleted', { id: 9, room_id: 5 });
    expect(room.timeline.getSnapshot().items[0]).toMatchObject({ deleted: true, attachments: [] });
  });

  it('are sent again with the same message, and as an image if that is said', async () => {
    const { on, room } = await openRoom();
    const sent = room.send('look', { attachments: [7, 8], type: 'image' });
    await settle();
    on.socket().end(1006);
    await on.time.pass(1_000);
    await on.goLive();
    const frame = on.socket().said.findLast(one => one.type === 'send_message');
    expect(frame?.payload).toEqual({ room_id: 5, content: 'look', message_type: 'image', client_msg_id: sent.clientMsgId, attachments: [7, 8] });
  });

  it('are named by no message without any', async () => {
    const { on, room } = await openRoom();
    void room.send('words', { attachments: [] });
    await settle();
    expect(on.socket().said.findLast(one => one.type === 'send_message')?.payload).not.toHaveProperty('attachments');
  });
});

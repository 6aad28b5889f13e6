import { describe, expect, it } from 'vitest';
import { guestRoom, type GuestRoom } from '../src/index.ts';
import { FakeTime, fakeSockets, settle, type FakeSocket } from '../src/testing.ts';

interface Porch {
  time: FakeTime;
  room: GuestRoom;
  sockets: FakeSocket[];
  socket(): FakeSocket;
  /** The server says something flat, as `/ws/chat/` does. */
  say(frame: object): void;
  /** What the guest said last. */
  said(): { content: string; client_msg_id: string };
}

async function enter(): Promise<Porch> {
  const time = new FakeTime();
  const { sockets, WebSocket } = fakeSockets();
  const room = guestRoom({ url: 'http://server.test/below', room: 5, name: 'Zoë', lang: 'en', WebSocket, time, random: () => 0.5 });
  await settle();
  const socket = (): FakeSocket => sockets.at(-1) as FakeSocket;
  socket().open();
  return {
    time, room, sockets, socket,
    say: frame => socket().onmessage?.({ data: JSON.stringify(frame) }),
    said: () => socket().said.at(-1) as unknown as { content: string; client_msg_id: string },
  };
}

const heard = (id: number, content: string, client_msg_id?: string): object => ({
  type: 'chat_message',
  message: { id, content, timestamp: '2026-11-29T10:00:00.000Z', sender: { id: 0, username: 'anonymous', guest_name: 'Zoë' }, ...(client_msg_id ? { client_msg_id } : {}) },
});

describe('a guest', () => {
  it('enters below the path of the server, with a name', async () => {
    const { socket } = await enter();
    expect(socket().url).toBe('ws://server.test/below/ws/chat/5/?lang=en&name=Zo%C3%AB');
  });

  it('has said something when the room heard it', async () => {
    const { room, say, said, time } = await enter();
    const before = time.waiting;
    const sent = room.send('hello');
    say(heard(1, 'hello', said().client_msg_id));
    await sent;
    say(heard(2, 'welcome'));
    expect(room.messages.getSnapshot().map(one => [one.content, one.own])).toEqual([['hello', true], ['welcome', false]]);
    expect(time.waiting).toBe(before);
  });

  it('waits ten seconds for that, and not for ever', async () => {
    const { room, say, said, time } = await enter();
    const before = time.waiting;
    const sent = room.send('is anybody here?').catch(error => error.code);
    await time.pass(9_999);
    expect(time.waiting).toBe(before + 1);
    await time.pass(1);
    expect(await sent).toBe('timeout');
    expect(time.waiting).toBe(before);
    // What comes late is shown all the same.
    say(heard(1, 'is anybody here?', said().client_msg_id));
    expect(room.messages.getSnapshot().map(one => one.content)).toEqual(['is anybody here?']);
  });

  it('is told at once where the connection is gone, and comes back', async () => {
    const { room, socket, sockets, time } = await enter();
    const sent = room.send('one').catch(error => error.code);
    socket().end(1006);
    expect(await sent).toBe('closed');
    expect(await room.send('two').catch(error => error.code)).toBe('offline');
    expect(room.state.getSnapshot()).toBe('waiting');
    await time.pass(250);
    expect(sockets).toHaveLength(2);
    socket().open();
    expect(room.state.getSnapshot()).toBe('live');
  });

  it('comes back when a server that restarts said so, and waits longer after each attempt that fails', async () => {
    const { say, socket, sockets, time } = await enter();
    say({ type: 'server_draining', reconnect_after_ms: 3_000 });
    socket().end(1001);
    await time.pass(3_499);
    expect(sockets).toHaveLength(1);
    await time.pass(1);
    expect(sockets).toHaveLength(2);
    socket().end(1006);
    await time.pass(499);
    expect(sockets).toHaveLength(2);
    await time.pass(1);
    expect(sockets).toHaveLength(3);
    // Live for half a minute, it begins anew.
    socket().open();
    await time.pass(30_000);
    socket().end(1006);
    await time.pass(250);
    expect(sockets).toHaveLength(4);
  });

  it('leaves no timer when it goes', async () => {
    const { room, socket, time } = await enter();
    room.send('bye').catch(() => undefined);
    room.close();
    await settle();
    expect(socket().closedWith).toBe(1000);
    expect(time.waiting).toBe(0);
    expect(room.state.getSnapshot()).toBe('ended');
  });
});

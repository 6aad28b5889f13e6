import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { expect, it, vi } from 'vitest';
import { Emitter } from '../src/emitter.ts';
import { FakeTime, settle } from '../src/testing.ts';
import { ada, answersCome, bench, message, type Bench } from './support.ts';

// Long lives in injected time: what a client holds does not grow with what it went through, and many clients that lose one server
// do not come back as one.

const rounds = 2_000;
const heard_a_round = 50;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held once nothing is left that nobody needs, in megabytes. */
async function heap(): Promise<number> {
  await answersCome();
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** How many listeners all emitters have. */
function countListeners(): () => number {
  let count = 0;
  const on = Emitter.prototype.on;
  vi.spyOn(Emitter.prototype, 'on').mockImplementation(function (this: Emitter<object>, ...args: Parameters<typeof on>) {
    const remove = on.apply(this, args);
    let there = true;
    count += 1;
    return () => {
      if (there) count -= 1;
      there = false;
      remove();
    };
  });
  return () => count;
}

/** Answers what the client said since: a room that is joined again, and messages that are acknowledged. */
function answer(on: Bench, next: () => number): void {
  const socket = on.socket();
  for (const frame of socket.said.splice(0)) {
    if (frame.type === 'join_room') {
      socket.say('room_joined', { room_id: 5, status: 'success', active_users: 1, last_message_id: null, sync: null, last_change: 0, online: [], reads: [] }, frame.id);
    } else if (frame.type === 'send_message') {
      const { content, client_msg_id } = frame.payload as { content: string; client_msg_id: string };
      const id = next();
      socket.say('message_ack', { message_id: id, client_msg_id, timestamp: '2026-11-29T10:00:00.000Z', sent_to_online_users: 0 }, frame.id);
      socket.say('room_message', message(id, content, { sender_id: ada.id, client_msg_id }));
    }
  }
}

it('holds no more after two thousand reconnects and a hundred thousand messages than after the first hundred', async () => {
  const listeners = countListeners();
  const on = bench(path => (path.includes('/details') ? { id: 5, members: [], me: { muted_until: null, may: [] } } : { items: [], has_more: false }));
  let id = 0;
  const next = (): number => (id += 1);
  on.client.connect();
  const room = on.client.room(5);
  room.open();
  let told = 0;
  room.on('message', () => {
    told += 1;
  });

  const live = async (): Promise<void> => {
    for (let turn = 0; turn < 60 && on.client.state.phase !== 'live'; turn += 1) {
      await on.time.pass(1_000);
      if (on.client.state.phase === 'connecting') await on.goLive();
    }
    // The bench remembers all that was said and asked; what is measured is the client.
    on.sockets.splice(0, on.sockets.length - 1);
    on.asked.length = on.calls.length = 0;
    answer(on, next);
    await answersCome();
  };

  let [held, timers, hearing] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    await live();
    expect(on.client.state.phase).toBe('live');
    for (let n = 1; n < heard_a_round; n += 1) on.socket().say('room_message', message(next()));
    const sent = room.send(`round ${round}`);
    await settle();
    answer(on, next);
    await sent.acked;
    // Where the budget of messages that a timeline keeps is full, what is held stays as it is.
    if (round === 100) [held, timers, hearing] = [await heap(), on.time.waiting, listeners()];
    if (round === rounds - 1) {
      expect(on.time.waiting, 'timers').toBe(timers);
      expect(listeners(), 'listeners').toBe(hearing);
      expect((await heap()) - held, 'megabytes').toBeLessThan(2);
    }
    on.socket().end(1006);
    await settle();
  }
  expect(told).toBe(rounds * heard_a_round);
  expect(room.timeline.getSnapshot().pending).toEqual([]);
  on.client.disconnect();
  expect(on.time.waiting).toBe(0);
}, 300_000);

it('of five hundred clients whose server was away for a minute, no second sees more than the law of the wait says', async () => {
  const time = new FakeTime();
  // A generator with a seed (mulberry32), so that each run is the same one.
  let state = 7;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const clients = Array.from({ length: 500 }, () => bench(undefined, { time, random }));
  const goLive = async (one: Bench): Promise<void> => {
    await one.goLive();
    const socket = one.socket();
    socket.hears = frame => {
      if (frame.type === 'ping') socket.say('pong', {}, frame.id);
    };
  };
  for (const one of clients) one.client.connect();
  await settle();
  for (const one of clients) await goLive(one);
  await time.pass(31_000);

  const attempts = new Map<number, number>();
  const began = time.monotonic();
  for (const one of clients) one.socket().end(1006);
  await settle();
  const answered = new Set<unknown>(clients.map(one => one.socket()));
  const step_ms = 50;
  for (let passed = 0; passed < 90_000; passed += step_ms) {
    await time.pass(step_ms);
    for (const one of clients) {
      if (answered.has(one.socket())) continue;
      answered.add(one.socket());
      const second = Math.floor((time.monotonic() - began) / 1_000);
      attempts.set(second, (attempts.get(second) ?? 0) + 1);
      if (passed < 60_000) one.socket().end(1006);
      else await goLive(one);
    }
    await settle();
  }
  expect(clients.filter(one => one.client.state.phase === 'live').length).toBe(500);
  const returns = [...attempts].filter(([second]) => second >= 60).map(([, count]) => count);
  // Waits are spread evenly over 0 to 20 s, so that the first second after the return takes a tenth, and each later one fewer.
  expect(Math.max(...returns)).toBeLessThanOrEqual(500 * 0.14);
  expect(Math.max(...attempts.keys())).toBeLessThan(60 + 20 + 1);
  // Away for good, each asks once in ten seconds.
  const away = [...attempts].filter(([second]) => second >= 30 && second < 60).map(([, count]) => count);
  expect(away.reduce((sum, count) => sum + count, 0) / 30).toBeLessThan(500 / 8);
  for (const one of clients) one.client.disconnect();
  expect(time.waiting).toBe(0);
}, 300_000);

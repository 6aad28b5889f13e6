import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.ts';
import { Server } from '../../../test/server.ts';
import { expectPromises, fresh, makeRoom, person, type Person } from './people.ts';
import { Proxy } from './proxy.ts';

let server: Server;
let proxy: Proxy;
let people: Person[] = [];
let room: number;

beforeAll(async () => {
  server = await new Server().start();
  proxy = await new Proxy(() => server.port).start();
});
afterEach(() => {
  for (const { client } of people) client.disconnect();
  proxy.calm();
});
afterAll(async () => {
  await proxy?.stop();
  await server?.remove();
});

/** Three people in a room of their own, all behind the proxy. */
async function meet(more: Partial<ClientOptions> = {}): Promise<void> {
  people = [];
  for (const name of ['ada', 'bob', 'eve']) people.push(await person(server, proxy.address, fresh(name), more));
  room = await makeRoom(people[0] as Person);
  await Promise.all(people.map(one => one.open(room)));
}

/** Each says `count` texts; resolves when all are acknowledged. */
function talk(count: number, topic: string): Promise<unknown> {
  return Promise.all(people.flatMap((one, who) => Array.from({ length: count }, (_, n) => one.say(room, `${topic} ${who}.${n}`))));
}

/** Resolves when somebody's room tells of a message: the talk is under way. */
const underWay = (): Promise<unknown> => (people[0] as Person).client.room(room).events.once('message');

test('cut again and again while three talk, each message comes once and in order', async () => {
  await meet();
  const done = talk(15, 'cut');
  for (let turn = 0; turn < 4; turn += 1) {
    await underWay();
    proxy.cut();
  }
  await done;
  await expectPromises(people, [room]);
});

test('without a network for a while, what is written waits and comes once and in order', async () => {
  await meet();
  await talk(1, 'before');
  proxy.cut(true);
  const done = talk(5, 'meanwhile');
  for (const { client } of people) if (client.state.phase !== 'waiting') await client.once('state');
  expect(people.map(({ client }) => client.unsent.getSnapshot())).toEqual([5, 5, 5]);
  proxy.cut(false);
  await done;
  await expectPromises(people, [room]);
});

test('a connection that is dead without having ended is noticed, and nothing is lost or said twice', async () => {
  // Ten times as fast, so that the 28 seconds until a dead connection is known are three.
  const fast = { now: () => Date.now(), monotonic: () => performance.now() * 10, setTimer: (fn: () => void, ms: number) => {
    const id = setTimeout(fn, ms / 10);
    return () => clearTimeout(id);
  } };
  await meet({ time: fast });
  await talk(1, 'before');
  proxy.freeze();
  await talk(3, 'into the dark');
  await expectPromises(people, [room]);
});

test('an acknowledgement that is lost makes no second message', async () => {
  await meet();
  const [ada] = people as [Person, ...Person[]];
  for (let turn = 0; turn < 5; turn += 1) {
    const lost = proxy.loseAnswerTo('frame');
    await Promise.all([ada.say(room, `lost ${turn}`), lost]);
  }
  await expectPromises(people, [room]);
});

test('frames that come late, or twice, change nothing', async () => {
  await meet();
  let turn = 0;
  proxy.delayMs = () => 20 + ((turn += 37) % 180);
  await talk(4, 'late');
  proxy.doubles = true;
  proxy.delayMs = () => 0;
  await talk(4, 'twice');
  proxy.cut();
  await talk(2, 'twice and cut');
  await expectPromises(people, [room]);
});

test('a server that is killed while three talk has every message that it acknowledged, once', async () => {
  await meet();
  const done = talk(15, 'killed');
  for (let turn = 0; turn < 2; turn += 1) {
    await underWay();
    await server.stop('SIGKILL');
    await server.start();
  }
  await done;
  await expectPromises(people, [room]);
});

test('a server that drains says when to come back, and everybody does', async () => {
  await meet();
  const told = people.map(({ client }) => client.once('draining'));
  const causes = people.map(({ client }) => {
    const waits: string[] = [];
    client.on('state', state => {
      if (state.phase === 'waiting') waits.push(state.cause);
    });
    return waits;
  });
  const done = talk(10, 'drained');
  await underWay();
  await Promise.all([server.stop('SIGTERM'), ...told]);
  expect(causes.map(([first]) => first)).toEqual(['draining', 'draining', 'draining']);
  await server.start();
  for (const { client } of people) client.retryNow();
  await done;
  await expectPromises(people, [room]);
});

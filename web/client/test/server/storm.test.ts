import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Server } from '../../../test/server.ts';
import { expectPromises, fresh, makeRoom, person, type Person } from './people.ts';
import { Proxy } from './proxy.ts';

/** PARLEY_RUNS says how many storms there are, PARLEY_SEED repeats those of a failure. */
const runs = Number(process.env.PARLEY_RUNS ?? 60);
const seed = process.env.PARLEY_SEED ? Number(process.env.PARLEY_SEED) : undefined;

const who = fc.nat(2);
const where = fc.nat(1);
const step = fc.oneof(
  { weight: 240, arbitrary: fc.record({ what: fc.constant('say' as const), who, where }) },
  { weight: 160, arbitrary: fc.record({ what: fc.constant('hear' as const) }) },
  { weight: 40, arbitrary: fc.record({ what: fc.constantFrom('edit' as const, 'delete' as const), who, where }) },
  { weight: 96, arbitrary: fc.record({ what: fc.constantFrom('cut' as const, 'lose' as const, 'twice' as const, 'late' as const) }) },
  { weight: 16, arbitrary: fc.record({ what: fc.constant('refresh' as const), who }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('kill' as const, 'drain' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let server: Server;
let proxy: Proxy;
let people: Person[];

beforeAll(async () => {
  server = await new Server().start();
  proxy = await new Proxy(() => server.port).start();
  people = [];
  for (const name of ['ada', 'bob', 'eve']) people.push(await person(server, proxy.address, fresh(name)));
});
afterAll(async () => {
  for (const { client } of people ?? []) client.disconnect();
  await proxy?.stop();
  await server?.remove();
});

/** Changes the newest own message that is left. It may fail on the way: what is stored counts, whatever was heard of it. */
async function change(what: 'edit' | 'delete', { client }: Person, room: number): Promise<void> {
  const own = client.room(room).timeline.getSnapshot().items.findLast(one => one.sender_id === client.user?.id && !one.deleted);
  if (!own) return;
  if (what === 'edit') await client.call('edit_message', { message_id: own.id, body: { content: `${own.content}!` } });
  else await client.call('delete_message', { message_id: own.id });
}

async function take(one: Step, rooms: number[], doing: Set<Promise<unknown>>): Promise<void> {
  const begin = (what: Promise<unknown>): void => {
    const done = what.finally(() => doing.delete(done));
    doing.add(done);
  };
  switch (one.what) {
    case 'say':
      return begin((people[one.who] as Person).say(rooms[one.where] as number, one.what));
    case 'hear':
      // Something that was begun is done; other things are on their way.
      if (doing.size > 0) await Promise.race(doing);
      return;
    case 'edit':
    case 'delete':
      return begin(change(one.what, people[one.who] as Person, rooms[one.where] as number).catch(() => undefined));
    case 'cut':
      return proxy.cut();
    case 'lose':
      void proxy.loseAnswerTo('frame');
      return;
    case 'twice':
      proxy.doubles = !proxy.doubles;
      return;
    case 'late':
      proxy.delayMs = () => 3;
      return;
    case 'refresh':
      return begin((people[one.who] as Person).session.get('refused').catch(() => undefined));
    case 'kill':
    case 'drain':
      await server.stop(one.what === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await server.start();
      for (const { client } of people) client.retryNow();
  }
}

test('whatever is cut, lost, doubled, late, killed or drained: each message once, in order, for everybody', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async steps => {
    const rooms = await Promise.all([0, 1].map(() => makeRoom(people[0] as Person)));
    await Promise.all(people.flatMap(one => rooms.map(room => one.open(room))));
    const doing = new Set<Promise<unknown>>();
    for (const one of steps) await take(one, rooms, doing);
    proxy.calm();
    for (const { client } of people) client.retryNow();
    await Promise.all(doing);
    await expectPromises(people, rooms);
    for (const { client } of people) for (const room of rooms) client.room(room).close();
  }), { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  expect(people.map(({ session }) => session.signedOut.getSnapshot())).toEqual([false, false, false]);
}, 100 * 3_600_000);

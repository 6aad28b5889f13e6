import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { createClient, signIn, type Client, type ClientOptions, type Message, type Room, type Session } from '../../src/index.ts';
import type { Server } from '../../../test/server.ts';

/** One user's client, and what it was told. */
export interface Person {
  /** Asked directly, past the proxy, for what the test itself wants to know. */
  server: Server;
  client: Client;
  session: Session;
  /** Numbers of all messages that the rooms' `message` events told, by room. */
  told: Map<number, number[]>;
  /** Numbers of own messages that were acknowledged, by room, in the order in which they were said. */
  acked: Map<number, number[]>;
  open(room: number): Promise<void>;
  say(room: number, text: string): Promise<void>;
}

/** A user who is registered, signed in through `address` and live. */
export async function person(server: Server, address: string, name: string, more: Partial<ClientOptions> = {}): Promise<Person> {
  await server.user(name);
  const session = await signIn({ url: address, username: name, password: 'correct horse' });
  const client = createClient({ url: address, auth: session, random: () => Math.random() / 20, ...more });
  const told = new Map<number, number[]>();
  const acked = new Map<number, number[]>();
  client.connect();
  await client.ready();
  return {
    server, client, session, told, acked,
    open: id => {
      const heard: number[] = [];
      told.set(id, heard);
      acked.set(id, []);
      client.room(id).on('message', message => heard.push(message.id));
      return client.room(id).open({ becomeMember: true });
    },
    say: async (id, text) => {
      const { message_id } = await client.room(id).send(text).acked;
      acked.get(id)?.push(message_id);
    },
  };
}

export async function makeRoom({ server, session }: Person): Promise<number> {
  return server.room(await session.get('call'), 'Storm');
}

/** A name that no earlier run took. */
export const fresh = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

async function history({ server, session }: Person, room: number): Promise<Message[]> {
  const page = await server.call('GET', `/rooms/${room}/messages/?limit=200`, undefined, await session.get('call'));
  if (page.has_more) throw new Error('the test says more than a page holds');
  return page.items as unknown as Message[];
}

const plain = (one: Message): unknown[] => [one.id, one.sender_id, one.content, one.deleted];

/**
 * What is promised, once all that was said is acknowledged: each message is stored once, in the order of its author; each timeline
 * is the history, and each message was told once; everybody is live again, and signed in.
 */
export async function expectPromises(people: Person[], rooms: number[]): Promise<void> {
  for (const { client, session } of people) {
    await expect.poll(() => client.state.phase, { timeout: 60_000 }).toBe('live');
    await client.flush();
    expect(session.signedOut.getSnapshot()).toBe(false);
  }
  for (const id of rooms) {
    const stored = await history(people[0] as Person, id);
    for (const { client, told, acked } of people) {
      const room: Room = client.room(id);
      await expect.poll(() => room.state.getSnapshot().phase, { timeout: 60_000 }).toBe('live');
      await expect.poll(() => room.timeline.getSnapshot().items.map(plain), { timeout: 60_000 }).toEqual(stored.map(plain));
      expect(room.timeline.getSnapshot().pending).toEqual([]);
      expect(room.timeline.getSnapshot().gaps).toEqual([]);
      const heard = told.get(id) ?? [];
      expect([...heard].sort((a, b) => a - b)).toEqual(stored.map(one => one.id));
      // One's own are stored in the order in which they were said, and nothing else is.
      expect(stored.filter(one => one.sender_id === client.user?.id).map(one => one.id)).toEqual(acked.get(id));
    }
  }
}

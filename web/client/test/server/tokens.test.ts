import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, restoreSession, signIn, systemTime, type Session, type TokenSource } from '../../src/index.ts';
import { Server } from '../../../test/server.ts';
import { Proxy } from './proxy.ts';

const secret = 'a secret that this test knows, too, of more than 32 bytes';
let server: Server;
let proxy: Proxy;

beforeAll(async () => {
  server = await new Server().start('--set', `auth.secret=${secret}`);
  proxy = await new Proxy(() => server.port).start();
});
afterAll(async () => {
  await proxy?.stop();
  await server?.remove();
});

/** What a browser keeps for all tabs of an origin. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: key => void kept.delete(key),
    clear: () => kept.clear(),
    key: at => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  };
}

interface Tabs {
  sessions: Session[];
  /** Requests to /token/refresh that were made. */
  refreshes(): number;
  /** Moves the tabs' clocks on. */
  pass(ms: number): void;
}

async function tabs(name: string): Promise<Tabs> {
  await server.user(name);
  let asked = 0;
  let shift = 0;
  const options = {
    url: proxy.address, name, keep: 'device' as const, storages: { tab: storage(), device: storage() },
    time: { ...systemTime, now: () => Date.now() + shift },
    fetch: ((url: URL, init: RequestInit) => {
      if (url.pathname === '/token/refresh') asked += 1;
      return fetch(url, init);
    }) as typeof fetch,
  };
  const sessions = [await signIn({ ...options, username: name, password: 'correct horse' })];
  for (let tab = 1; tab < 3; tab += 1) {
    const restored = await restoreSession(options);
    if (!restored) throw new Error('a second tab finds no session');
    sessions.push(restored);
  }
  return { sessions, refreshes: () => asked, pass: ms => (shift += ms) };
}

const profile = (auth: TokenSource): Promise<{ username: string }> => createClient({ url: proxy.address, auth }).call('show_profile', {});

test('three tabs that refresh at once, again and again, stay signed in', async () => {
  const { sessions } = await tabs('tabs');
  for (let turn = 0; turn < 5; turn += 1) {
    await Promise.all(sessions.map(one => one.get('refused')));
    expect((await Promise.all(sessions.map(profile))).map(one => one.username)).toEqual(['tabs', 'tabs', 'tabs']);
  }
  expect(sessions.map(one => one.signedOut.getSnapshot())).toEqual([false, false, false]);
  for (const one of sessions) one.dispose();
});

test('a refresh whose answer is lost is repeated, and is no theft', async () => {
  const { sessions } = await tabs('loser');
  for (let turn = 0; turn < 3; turn += 1) {
    const lost = proxy.loseAnswerTo(/^POST \/token\/refresh/);
    const answers = await Promise.allSettled(sessions.map(one => one.get('refused')));
    await lost;
    expect(answers.filter(one => one.status === 'rejected').map(one => one.reason.code)).not.toContain('signed_out');
    expect((await Promise.all(sessions.map(profile))).map(one => one.username)).toEqual(['loser', 'loser', 'loser']);
  }
  for (const one of sessions) one.dispose();
});

test('an hour later one refresh serves all that a tab asks for', async () => {
  const { sessions, refreshes, pass } = await tabs('sleeper');
  const [tab] = sessions as [Session, ...Session[]];
  await profile(tab);
  const before = refreshes();
  pass(3_600_000);
  await Promise.all([1, 2, 3].map(() => profile(tab)));
  expect(refreshes()).toBe(before + 1);
  for (const one of sessions) one.dispose();
});

test('a token that ends closes the socket, which comes back with a new one and misses nothing', async () => {
  const ada = await server.user('short');
  const { id } = (await server.call('GET', '/users/me', undefined, ada)) as unknown as { id: number };
  const reasons: string[] = [];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const mint = (): string => {
    const now = Math.floor(Date.now() / 1000);
    const said = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: String(id), iat: now, exp: now + 3, jti: `short-${reasons.length}`, type: 'access' })}`;
    return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
  };
  const auth: TokenSource = {
    get: why => {
      reasons.push(why);
      return Promise.resolve(mint());
    },
  };
  const client = createClient({ url: server.address, auth });
  const ended: unknown[] = [];
  client.on('signedOut', event => ended.push(event));
  client.connect();
  await client.ready();
  const room = client.room((await client.call('create_room', { body: { name: 'Short' } })).id);
  const told: string[] = [];
  room.on('message', message => told.push(message.content));
  await room.open();
  const said: string[] = [];
  while (reasons.filter(why => why === 'refused').length < 2) {
    said.push(`n${said.length}`);
    await room.send(said.at(-1) ?? '').acked;
    // The next one when the token has ended.
    await client.once('state');
  }
  await client.ready();
  await expect.poll(() => told).toEqual(said);
  expect(ended).toEqual([]);
  client.disconnect();
});

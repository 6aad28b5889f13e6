import { describe, expect, it } from 'vitest';
import { signIn, type SessionOptions } from '../src/index.ts';
import { FakeTime } from '../src/testing.ts';

class FakeStorage implements Storage {
  readonly #items = new Map<string, string>();
  get length(): number { return this.#items.size; }
  clear(): void { this.#items.clear(); }
  getItem(key: string): string | null { return this.#items.get(key) ?? null; }
  key(at: number): string | null { return [...this.#items.keys()][at] ?? null; }
  removeItem(key: string): void { this.#items.delete(key); }
  setItem(key: string, value: string): void { this.#items.set(key, value); }
}

interface Asked { path: string; body: string; key: string | null }

function world(answer: (asked: Asked, count: number) => Response | Promise<Response>) {
  const time = new FakeTime();
  const storages = { tab: new FakeStorage(), device: new FakeStorage() };
  const asked: Asked[] = [];
  const fetchFake = (async (url: URL, init: RequestInit) => {
    const one = { path: url.pathname, body: String(init.body), key: new Headers(init.headers).get('Idempotency-Key') };
    asked.push(one);
    return answer(one, asked.length);
  }) as unknown as typeof fetch;
  // Each test has a name of its own: the tabs of one name hear each other.
  const options: SessionOptions = { url: 'http://server.test', fetch: fetchFake, time, storages, keep: 'device', name: `${Math.random()}` };
  return { time, storages, asked, options };
}

const pair = (n: number): Response => new Response(JSON.stringify({ access_token: `a${n}`, refresh_token: `r${n}`, token_type: 'bearer', expires_in: 1800 }));
const refused = (): Response => new Response(JSON.stringify({ code: 'invalid_token', detail: '' }), { status: 401 });

describe('a session', () => {
  it('keeps the access token in memory and only the refresh token in the storage', async () => {
    const { options, storages } = world(() => pair(1));
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    expect(await session.get('call')).toBe('a1');
    const kept = storages.device.getItem(storages.device.key(0) ?? '') ?? '';
    expect(kept).toContain('r1');
    expect(kept).not.toContain('a1');
    expect(storages.tab.length).toBe(0);
    session.dispose();
  });

  it('refreshes once for all who ask at the same time', async () => {
    const { options, asked } = world((_, count) => pair(count));
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    const tokens = await Promise.all([session.get('refused'), session.get('refused'), session.get('expiring')]);
    expect(tokens).toEqual(['a2', 'a2', 'a2']);
    expect(asked).toHaveLength(2);
    session.dispose();
  });

  it('never becomes another user: neither by another tab, nor by what another one left on the device, nor in Node', async () => {
    const token = (user: string): string => `h.${btoa(JSON.stringify({ sub: user }))}.s`;
    const { options, storages, time } = world(({ body }) => {
      const user = /username=(\w+)/.exec(body)?.[1] ?? /r-(\w+)/.exec(body)?.[1] ?? '';
      return new Response(JSON.stringify({ access_token: token(user), refresh_token: `r-${user}`, token_type: 'bearer', expires_in: 1800 }));
    });
    const tab = { ...options, keep: 'tab' as const };
    const ada = await signIn({ ...tab, username: 'ada', password: 'x' });
    const device = await signIn({ ...options, username: 'eve', password: 'x' });
    // Another tab has a sessionStorage of its own and shares the device's.
    const bob = await signIn({ ...tab, storages: { tab: new FakeStorage(), device: storages.device }, username: 'bob', password: 'x' });
    const onDevice = await signIn({ ...options, username: 'dan', password: 'x' });
    await expect.poll(() => device.signedOut.getSnapshot()).toBe(true);
    expect(await Promise.all([ada, bob, onDevice].map(one => one.get('call')))).toEqual(['ada', 'bob', 'dan'].map(token));
    expect(await ada.get('refused')).toBe(token('ada'));

    const bare = { ...options };
    delete bare.storages;
    const bots = [await signIn({ ...bare, username: 'one', password: 'x' }), await signIn({ ...bare, username: 'two', password: 'x' })];
    await time.pass(3_600_000);
    expect(await Promise.all(bots.map(one => one.get('call')))).toEqual(['one', 'two'].map(token));
    for (const one of [ada, bob, device, onDevice, ...bots]) one.dispose();
  });

  it('repeats a refresh whose answer was lost with the same token and key', async () => {
    const { options, asked } = world((_, count) => {
      if (count === 2) throw new TypeError('network');
      return pair(count);
    });
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    await expect(session.get('refused')).rejects.toMatchObject({ code: 'offline', retryable: true });
    expect(session.signedOut.getSnapshot()).toBe(false);
    expect(await session.get('refused')).toBe('a3');
    expect(asked[1]?.key).toBeTruthy();
    expect(asked[2]?.key).toBe(asked[1]?.key);
    expect(asked[2]?.body).toContain('r1');
    session.dispose();
  });

  it('ends when the refresh token is refused, and says so once', async () => {
    const { options, storages } = world((_, count) => (count === 1 ? pair(1) : refused()));
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    let told = 0;
    session.signedOut.subscribe(() => {
      told += 1;
    });
    await expect(session.get('refused')).rejects.toMatchObject({ code: 'signed_out', retryable: false });
    await expect(session.get('call')).rejects.toMatchObject({ code: 'signed_out' });
    expect(told).toBe(1);
    expect(storages.device.length).toBe(0);
    session.dispose();
  });

  it('takes up what another tab stored if its own token is refused', async () => {
    const { options, storages, asked } = world(one => {
      if (one.path === '/token') return pair(1);
      if (one.body === 'refresh_token=r1') {
        // Another tab was faster, and its word did not arrive.
        storages.device.setItem(storages.device.key(0) ?? '', JSON.stringify({ refresh: 'r7' }));
        return refused();
      }
      return pair(8);
    });
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    expect(await session.get('refused')).toBe('a8');
    expect(asked.at(-1)?.body).toContain('r7');
    session.dispose();
  });

  it('refreshes before the token is old', async () => {
    const { options, time } = world((_, count) => pair(count));
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    await time.pass(1000 * 1800 * 0.86);
    expect(await session.get('call')).toBe('a2');
    session.dispose();
  });

  it('revokes its tokens when it is signed out', async () => {
    const { options, asked, storages } = world(one => (one.path === '/token/revoke' ? new Response(null, { status: 204 }) : pair(1)));
    const session = await signIn({ ...options, username: 'ada', password: 'x' });
    await session.signOut();
    expect(asked.at(-1)).toMatchObject({ path: '/token/revoke', body: 'refresh_token=r1' });
    expect(storages.device.length).toBe(0);
    session.dispose();
  });
});

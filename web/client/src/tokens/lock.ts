import type { Time } from '../time.ts';

const wait_ms = 5_000;
const lease_ms = 10_000;

/**
 * Runs `fn` while no other tab does. Waits five seconds at most: a lock that somebody lost must not stop everybody.
 * By Web Locks, or by a lease in `localStorage` if the page came over plain HTTP.
 */
export async function withLock<T>(name: string, time: Time, fn: () => Promise<T>): Promise<T> {
  if (globalThis.navigator?.locks) return withWebLock(name, time, fn);
  const storage = leaseStorage();
  return storage ? withLease(`${name}.lease`, storage, time, fn) : fn();
}

async function withWebLock<T>(name: string, time: Time, fn: () => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const cancel = time.setTimer(() => abort.abort(), wait_ms);
  try {
    return await navigator.locks.request(name, { signal: abort.signal }, async () => {
      cancel();
      return fn();
    });
  } catch (error) {
    if (abort.signal.aborted) return fn();
    throw error;
  } finally {
    cancel();
  }
}

async function withLease<T>(slot: string, storage: Storage, time: Time, fn: () => Promise<T>): Promise<T> {
  const own = `${Math.random()}`;
  const until = time.now() + wait_ms;
  const heldByOther = (): boolean => {
    const [owner, end] = (storage.getItem(slot) ?? '').split(' ');
    return owner !== undefined && owner !== '' && owner !== own && Number(end) > time.now();
  };
  while (heldByOther() && time.now() < until) await new Promise<void>(resolve => time.setTimer(resolve, 50));
  storage.setItem(slot, `${own} ${time.now() + lease_ms}`);
  try {
    return await fn();
  } finally {
    if (!heldByOther()) storage.removeItem(slot);
  }
}

function leaseStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}


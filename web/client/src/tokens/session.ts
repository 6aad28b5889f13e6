import { ParleyError, isParleyError } from '../errors.ts';
import { Cell, type Store } from '../emitter.ts';
import { serverAt } from '../connection/place.ts';
import { callOpen, type HttpContext } from '../http/call.ts';
import { randomId, systemTime, type Time } from '../time.ts';
import type { TokenPair } from '../generated/http.ts';
import type { TokenReason, TokenSource } from './source.ts';
import { withLock } from './lock.ts';

/** Where the refresh token lives: until the tab is closed, or on this device. */
export type Keep = 'tab' | 'device';

export interface SessionOptions {
  /** Of the server; the page's origin by default. */
  url?: string | URL;
  keep?: Keep;
  fetch?: typeof fetch;
  time?: Time;
  /** Which of several servers or accounts; part of the storage's key. */
  name?: string;
  storages?: { tab: Storage; device: Storage };
  lang?: () => string | undefined;
}

/** What is stored: no access token. `key` repeats a refresh whose answer was lost. */
interface Kept {
  refresh: string;
  key?: string | undefined;
}

interface Shared {
  keep: Keep;
  /** Whose tokens they are; undefined if they are no JWTs. */
  user: string | undefined;
  refresh: string;
  access: string;
  expires: number;
}

function contextOf(options: SessionOptions): HttpContext {
  return { base: serverAt(options.url), fetch: options.fetch ?? ((...args) => fetch(...args)), lang: options.lang ?? (() => undefined) };
}

/** A signed-in user. Refreshes by itself, one at a time for all tabs of the browser. */
export class Session implements TokenSource {
  readonly #context: HttpContext;
  readonly #time: Time;
  readonly #storage: Storage | undefined;
  readonly #slot: string;
  readonly #tabs: BroadcastChannel | undefined;
  readonly #signedOut = new Cell(false);
  readonly keep: Keep;
  #memory: Kept | undefined;
  #access: string | undefined;
  #expires = 0;
  #user: string | undefined;
  #refreshing: Promise<string> | undefined;

  constructor(options: SessionOptions) {
    this.#context = contextOf(options);
    this.#time = options.time ?? systemTime;
    this.keep = options.keep ?? 'tab';
    this.#slot = `parley.session.${options.name ?? 'default'}`;
    const storages = options.storages ?? browserStorages();
    this.#storage = storages?.[this.keep];
    if (typeof BroadcastChannel === 'function' && storages) {
      this.#tabs = new BroadcastChannel(this.#slot);
      this.#tabs.onmessage = event => this.#hear(event.data);
      // Node would wait for it for ever.
      (this.#tabs as { unref?: () => void }).unref?.();
    }
  }

  /** True once the server refused the refresh token, or `signOut` was called, in any tab. */
  get signedOut(): Store<boolean> {
    return this.#signedOut;
  }

  async get(why: TokenReason, signal?: AbortSignal): Promise<string> {
    if (this.#signedOut.getSnapshot()) throw new ParleyError('signed_out');
    const asked = why === 'refused' || why === 'expiring';
    if (this.#access && !asked && this.#time.now() < this.#expires) return this.#access;
    const before = this.#access;
    this.#refreshing ??= this.#refresh(before).finally(() => {
      this.#refreshing = undefined;
    });
    const token = await abortable(this.#refreshing, signal);
    return token;
  }

  /** Revokes the tokens and forgets them in all tabs. */
  async signOut(): Promise<void> {
    const kept = this.#load();
    this.#end();
    this.#tabs?.postMessage({ ended: true });
    if (kept) await callOpen(this.#context, 'revoke_token', { body: { refresh_token: kept.refresh } }).catch(() => undefined);
  }

  /** @internal Takes the first pair. */
  adopt(pair: TokenPair): void {
    this.#take(pair);
  }

  /** @internal What an earlier page or another tab left; false if there is nothing. */
  async restore(waitMs = 150): Promise<boolean> {
    if (this.#load()) return true;
    if (!this.#tabs || this.keep !== 'tab') return false;
    const heard = new Promise<boolean>(resolve => {
      const cancel = this.#time.setTimer(() => resolve(false), waitMs);
      this.#tabs?.addEventListener('message', event => {
        if (event.data?.pair) {
          cancel();
          resolve(true);
        }
      });
    });
    this.#tabs.postMessage({ asking: true });
    return heard;
  }

  /** Stops listening to other tabs; the stored token stays. */
  dispose(): void {
    this.#tabs?.close();
  }

  async #refresh(before: string | undefined): Promise<string> {
    return withLock(this.#slot, this.#time, async () => {
      // Another tab may have been faster.
      if (this.#access && this.#access !== before && this.#time.now() < this.#expires) return this.#access;
      for (let last: string | undefined; ; ) {
        const kept = this.#load();
        if (!kept || kept.refresh === last) {
          this.#end();
          throw new ParleyError('signed_out');
        }
        last = kept.refresh;
        const key = kept.key ?? randomId();
        this.#save({ refresh: kept.refresh, key });
        try {
          const pair = await callOpen(this.#context, 'refresh_token', { body: { refresh_token: kept.refresh } },
            { headers: { 'Idempotency-Key': key } });
          if (this.#take(pair)) return pair.access_token;
          throw new ParleyError('signed_out');
        } catch (error) {
          // Refused: the store is read once more, another tab may have moved on. A broken network keeps the session.
          if (!(isParleyError(error) && (error.status === 401 || error.status === 422))) throw error;
        }
      }
    });
  }

  /** Takes a pair over; false if it is another user's, who signed in on this device: this session is over then. */
  #take(pair: TokenPair): boolean {
    const user = userOf(pair.access_token);
    if (this.#isOther(user)) {
      this.#storage?.setItem(this.#slot, JSON.stringify({ refresh: pair.refresh_token } satisfies Kept));
      this.#leave();
      return false;
    }
    this.#user = user;
    // Spread, so that many tabs and bots do not come at once.
    const life = pair.expires_in * 1000 * (0.75 + 0.1 * Math.random());
    this.#access = pair.access_token;
    this.#expires = this.#time.now() + life;
    this.#save({ refresh: pair.refresh_token });
    this.#tabs?.postMessage({ pair: this.#shared() });
    return true;
  }

  #isOther(user: string | undefined): boolean {
    return this.#user !== undefined && user !== undefined && user !== this.#user;
  }

  #shared(): Shared | undefined {
    const kept = this.#load();
    return kept && this.#access ? { keep: this.keep, user: this.#user, refresh: kept.refresh, access: this.#access, expires: this.#expires } : undefined;
  }

  #hear(message: { pair?: Shared; asking?: boolean; ended?: boolean }): void {
    if (message.asking) {
      const shared = this.#shared();
      if (shared) this.#tabs?.postMessage({ pair: shared });
    } else if (message.pair && !this.#signedOut.getSnapshot()) {
      if (this.#isOther(message.pair.user)) {
        // What is kept on the device is the other's now; what is kept by tabs is everyone's own.
        if (this.keep === 'device' && message.pair.keep === 'device') this.#leave();
        return;
      }
      this.#user = message.pair.user;
      this.#access = message.pair.access;
      this.#expires = message.pair.expires;
      this.#save({ refresh: message.pair.refresh });
    } else if (message.ended) {
      this.#end();
    }
  }

  #load(): Kept | undefined {
    if (!this.#storage) return this.#memory;
    try {
      return JSON.parse(this.#storage.getItem(this.#slot) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  }

  #save(kept: Kept): void {
    this.#memory = kept;
    this.#storage?.setItem(this.#slot, JSON.stringify(kept));
  }

  #end(): void {
    this.#storage?.removeItem(this.#slot);
    this.#leave();
  }

  /** Is over, and leaves the storage as it is. */
  #leave(): void {
    this.#memory = undefined;
    this.#access = undefined;
    this.#signedOut.set(true);
  }
}

/** The subject of a JWT. Nothing is proven by it: the server decides what a token is worth. */
function userOf(token: string): string | undefined {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).sub;
  } catch {
    return undefined;
  }
}

function browserStorages(): { tab: Storage; device: Storage } | undefined {
  try {
    const { sessionStorage: tab, localStorage: device } = globalThis;
    // Node has none: each session there is on its own.
    return tab && device ? { tab, device } : undefined;
  } catch {
    return undefined; // blocked by the browser
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Signs in by name (or e-mail address) and password. */
export async function signIn(options: SessionOptions & { username: string; password: string }): Promise<Session> {
  const session = new Session(options);
  const { username, password } = options;
  try {
    session.adopt(await callOpen(contextOf(options), 'login', { body: { username, password } }));
  } catch (error) {
    session.dispose();
    throw error;
  }
  return session;
}

/** Registers a new user, who is not signed in by that. */
export async function register(options: SessionOptions & { username: string; email: string; password: string }): Promise<void> {
  const { username, email, password } = options;
  await callOpen(contextOf(options), 'register_user', { body: { username, email, password } });
}

/** The session that an earlier page or another tab left, if there is one. */
export async function restoreSession(options: SessionOptions): Promise<Session | undefined> {
  for (const keep of ['device', 'tab'] as const) {
    const session = new Session({ ...options, keep });
    if (await session.restore()) return session;
    session.dispose();
  }
  return undefined;
}

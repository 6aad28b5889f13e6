import { isParleyError, ParleyError, type Code } from '../errors.ts';
import { Emitter, type Log } from '../emitter.ts';
import type { ClientFrames, FrameUser, ServerFrames } from '../generated/frames.ts';
import type { TokenSource } from '../tokens/source.ts';
import type { Time } from '../time.ts';
import { Retries } from './retries.ts';
import { transitions, type Cause, type ConnectionState, type Input, type Phase } from './state.ts';
import { isHidden, watchPage, type Wake } from './wake.ts';

const open_ms = 10_000;
const greeting_ms = 5_000;
const command_ms = 10_000;
const probe_ms = 3_000;
const quiet_ms = 25_000;
const wake_pause_ms = 2_000;
/** The server warns a minute before a token ends, and at once of one that lives no longer. */
const warning_ms = 60_000;
const renew_pause_ms = 20_000;

/** The part of a WebSocket that is used; the browser's and the one of `ws` have it. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
}
export type SocketClass = new (url: string, protocols?: string[]) => SocketLike;

export type Frame = { [Type in keyof ServerFrames]: { type: Type; payload: ServerFrames[Type]; id?: string | number } }[keyof ServerFrames];

export interface ConnectionEvents {
  state: ConnectionState;
  live: { user: FrameUser };
  /** The socket is gone; commands on their way were rejected. */
  lost: { cause: Cause };
  frame: Frame;
}

interface Waiter {
  resolve(frame: Frame): void;
  reject(error: unknown): void;
  cancel(): void;
}

export interface ConnectionOptions {
  url: URL;
  auth: TokenSource;
  socketClass: () => SocketClass | undefined;
  time: Time;
  random: () => number;
  log: Log;
}

/** One socket to `/ws` that comes back by itself. Attempts are numbered; what an older one still says is dropped. */
export class Connection {
  readonly events: Emitter<ConnectionEvents>;
  readonly #options: ConnectionOptions;
  readonly #waiters = new Map<number, Waiter>();
  readonly #retries: Retries;
  #phase: Phase = 'idle';
  #state: ConnectionState = { phase: 'idle' };
  #attempt = 0;
  #nextId = 1;
  #socket: SocketLike | undefined;
  #abort = new AbortController();
  #cancelTimer: (() => void) | undefined;
  #cancelQuiet: (() => void) | undefined;
  #cancelRenew: (() => void) | undefined;
  #authenticatedAt = 0;
  #stopWatching: (() => void) | undefined;
  #refresh = false;
  #refused = 0;
  #lastWake = -Infinity;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.events = new Emitter(options.log);
    this.#retries = new Retries(options.time, options.random);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get live(): boolean {
    return this.#phase === 'live';
  }

  connect(): void {
    this.#stopWatching ??= watchPage(what => this.#hearPage(what));
    if (this.#step('connect')) this.#begin();
  }

  disconnect(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#retries.forget();
    if (this.#step('disconnect')) this.#drop(1000, 'closed');
    this.#show({ phase: 'idle' });
  }

  /** One attempt at once if the next one is waited for. */
  retryNow(): void {
    if (this.#step('due')) this.#begin();
  }

  /** Says something that has no answer; false if the connection is not live. */
  tell<Type extends keyof ClientFrames>(type: Type, payload: ClientFrames[Type]): boolean {
    if (this.#phase !== 'live') return false;
    return this.#write({ type, payload });
  }

  /** Says something and gives the direct answer; an `error` or a refusal rejects. */
  ask<Type extends keyof ClientFrames>(
    type: Type, payload: ClientFrames[Type], options: { timeoutMs?: number } = {},
  ): Promise<Frame> {
    if (this.#phase !== 'live') return Promise.reject(new ParleyError('offline'));
    return this.#ask(type, payload, options.timeoutMs ?? command_ms);
  }

  #ask(type: string, payload: unknown, timeoutMs: number): Promise<Frame> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancel = this.#options.time.setTimer(() => {
        this.#waiters.delete(id);
        reject(new ParleyError('timeout'));
      }, timeoutMs);
      this.#waiters.set(id, { resolve, reject, cancel });
      this.#write({ type, payload, id });
    });
  }

  #write(frame: object): boolean {
    try {
      this.#socket?.send(JSON.stringify(frame));
      return true;
    } catch (error) {
      this.#options.log({ level: 'warn', what: 'the socket takes nothing', detail: error });
      return false;
    }
  }

  #step(input: Input): boolean {
    const next = transitions[this.#phase][input];
    if (next === this.#phase) return false;
    this.#phase = next;
    return true;
  }

  #show(state: ConnectionState): void {
    if (state.phase === this.#state.phase && state.phase !== 'waiting' && state.phase !== 'stopped') return;
    this.#state = state;
    this.events.emit('state', state);
  }

  /** Runs an attempt from the token to `live`. */
  #begin(): void {
    const attempt = ++this.#attempt;
    this.#cancelTimer?.();
    this.#abort = new AbortController();
    this.#retries.begin();
    this.#show({ phase: 'connecting' });
    const why = this.#refresh ? 'refused' : 'connect';
    this.#refresh = false;
    this.#options.auth.get(why, this.#abort.signal).then(
      token => {
        if (attempt === this.#attempt && this.#step('token')) this.#open(attempt, token);
      },
      (error: unknown) => {
        if (attempt !== this.#attempt) return;
        if (isParleyError(error) && !error.retryable) this.#stop('signed_out');
        else this.#end(1006);
      },
    );
  }

  #open(attempt: number, token: string): void {
    const socketClass = this.#options.socketClass();
    if (!socketClass) return this.#stop('protocol');
    let socket: SocketLike;
    try {
      socket = new socketClass(this.#options.url.href);
    } catch (error) {
      this.#options.log({ level: 'error', what: 'no socket', detail: error });
      return this.#stop('blocked');
    }
    this.#socket = socket;
    const current = (): boolean => attempt === this.#attempt && socket === this.#socket;
    this.#limit(open_ms);
    socket.onopen = () => {
      if (current() && this.#step('open')) this.#limit(greeting_ms);
    };
    socket.onmessage = event => {
      if (current()) this.#hear(String(event.data), token);
    };
    socket.onclose = event => {
      if (current()) this.#end(event.code);
    };
    socket.onerror = () => undefined; // its close follows
  }

  /** Ends the attempt unless it gets further in time. */
  #limit(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.time.setTimer(() => this.#end(1006), ms);
  }

  #hear(text: string, token: string): void {
    this.#watchQuiet();
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      this.#options.log({ level: 'error', what: 'a frame is no JSON' });
      return;
    }
    if (this.#phase === 'greeting' && frame.type === 'connected') return this.#authenticate(token);
    if (frame.type === 'server_draining' || frame.type === 'error') this.#retries.hear(frame.type, frame.payload);
    if (frame.type === 'auth_expiring') this.#renewInTime();
    if (frame.type === 'auth_ok') this.#authenticatedAt = this.#options.time.monotonic();
    const waiter = typeof frame.id === 'number' ? this.#waiters.get(frame.id) : undefined;
    if (waiter) {
      this.#waiters.delete(frame.id as number);
      waiter.cancel();
      const refusal = refusalOf(frame);
      if (refusal) waiter.reject(refusal);
      else waiter.resolve(frame);
    }
    this.events.emit('frame', frame);
  }

  #authenticate(token: string): void {
    if (!this.#step('greeted')) return;
    this.#limit(greeting_ms);
    const attempt = this.#attempt;
    this.#ask('auth', { token }, greeting_ms).then(
      frame => {
        if (attempt !== this.#attempt || frame.type !== 'auth_ok' || !this.#step('auth_ok')) return;
        this.#cancelTimer?.();
        this.#refused = 0;
        this.#retries.live();
        this.#show({ phase: 'live' });
        this.events.emit('live', { user: frame.payload.user });
      },
      (error: unknown) => {
        if (attempt === this.#attempt && this.#phase === 'auth') this.#end(isParleyError(error, 'auth_failed') ? 4401 : 1006);
      },
    );
  }

  /** Renews at once, unless the token is new itself: then each new one would be warned of, too. */
  #renewInTime(): void {
    const isNew = this.#options.time.monotonic() - this.#authenticatedAt < warning_ms;
    this.#cancelRenew?.();
    this.#cancelRenew = this.#options.time.setTimer(() => void this.#renew(), isNew ? renew_pause_ms : 0);
  }

  /** Extends the open socket before its token expires. */
  async #renew(): Promise<void> {
    const attempt = this.#attempt;
    try {
      const token = await this.#options.auth.get('expiring', this.#abort.signal);
      if (attempt === this.#attempt && this.#phase === 'live') await this.#ask('auth', { token }, command_ms);
    } catch (error) {
      this.#options.log({ level: 'warn', what: 'the token was not extended', detail: error });
    }
  }

  #end(code: number): void {
    if (this.#phase === 'stopped' || this.#phase === 'idle' || this.#phase === 'waiting') return;
    const verdict = this.#retries.judge(code);
    if (!verdict.retry) return this.#stop(verdict.cause);
    if (verdict.refresh && ++this.#refused > 1) return this.#stop('signed_out');
    this.#refresh = verdict.refresh ?? false;
    if (!this.#step('lost')) return;
    this.#drop(1000, verdict.cause);
    const retryAt = this.#options.time.now() + verdict.delayMs;
    this.#cancelTimer = this.#options.time.setTimer(() => this.retryNow(), verdict.delayMs);
    this.#show({ phase: 'waiting', attempt: this.#retries.failures, retryAt, cause: verdict.cause });
  }

  #stop(cause: Cause): void {
    if (!this.#step('refused')) return;
    this.#drop(1000, cause);
    this.#show({ phase: 'stopped', cause });
  }

  /** Forgets the socket: nothing that it still says is heard. */
  #drop(code: number, cause: Cause): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#attempt += 1;
    this.#abort.abort(new ParleyError('closed'));
    this.#retries.over();
    for (const cancel of [this.#cancelTimer, this.#cancelQuiet, this.#cancelRenew]) cancel?.();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close(code);
      } catch {
        // It never opened.
      }
    }
    const waiters = [...this.#waiters.values()];
    this.#waiters.clear();
    for (const waiter of waiters) {
      waiter.cancel();
      waiter.reject(new ParleyError(cause === 'message_too_big' ? 'payload_too_large' : 'closed'));
    }
    this.events.emit('lost', { cause });
  }

  #watchQuiet(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#options.time.setTimer(() => {
      if (!isHidden()) this.probe();
      else this.#watchQuiet();
    }, quiet_ms);
  }

  /** Asks whether the socket is alive; one that does not answer in 3 s is dropped without waiting for its close. */
  probe(): void {
    if (this.#phase !== 'live') return;
    const attempt = this.#attempt;
    this.#ask('ping', {}, probe_ms).catch(error => {
      if (attempt === this.#attempt && isParleyError(error, 'timeout')) this.#end(1006);
    });
  }

  #hearPage(what: Wake): void {
    if (what === 'leave') {
      if (this.#phase !== 'idle' && this.#phase !== 'stopped' && this.#step('lost')) this.#drop(1000, 'closed');
      return;
    }
    const now = this.#options.time.monotonic();
    if (now - this.#lastWake < wake_pause_ms) return;
    this.#lastWake = now;
    this.probe();
    this.retryNow();
  }
}

function refusalOf(frame: Frame): ParleyError | undefined {
  switch (frame.type) {
    case 'error':
      return new ParleyError(frame.payload.code as Code, frame.payload.message, { retryAfterMs: frame.payload.retry_after_ms });
    case 'room_join_error':
    case 'room_leave_error':
    case 'sync_conflict':
      return new ParleyError(frame.payload.code as Code, frame.payload.message);
    default:
      return undefined;
  }
}

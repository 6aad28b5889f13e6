import type { SocketClass, SocketLike } from './connection.ts';
import { judgeClose } from './close.ts';
import { isHidden, watchPage } from './wake.ts';
import type { Time } from '../time.ts';

export type LastingState = 'connecting' | 'live' | 'waiting' | 'ended';

export interface LastingOptions {
  url: () => URL;
  /** Asked for at each attempt; `['parley.v1', 'bearer', token]` signs in. */
  protocols?: () => Promise<string[]>;
  socketClass: () => SocketClass | undefined;
  time: Time;
  random: () => number;
  hear: (frame: { type: string } & Record<string, unknown>) => void;
  show: (state: LastingState) => void;
}

const stable_ms = 30_000;

/** A socket for one thing alone, such as a task, that comes back by itself until it is closed or refused for good. */
export class LastingSocket {
  readonly #options: LastingOptions;
  readonly #stopWatching: () => void;
  #socket: SocketLike | undefined;
  #attempt = 0;
  #failures = 0;
  #drainMs: number | undefined;
  #retryAfterMs: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #ended = false;

  constructor(options: LastingOptions) {
    this.#options = options;
    this.#stopWatching = watchPage(what => {
      if (what === 'leave') this.#socket?.close(1000);
      else if (!this.#socket) this.#begin();
    });
    this.#begin();
  }

  tell(frame: object): boolean {
    if (!this.#socket) return false;
    try {
      this.#socket.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#end();
    this.#socket?.close(1000);
    this.#socket = undefined;
  }

  #end(): void {
    this.#ended = true;
    this.#cancelTimer?.();
    this.#stopWatching();
    this.#options.show('ended');
  }

  #begin(): void {
    if (this.#ended) return;
    this.#cancelTimer?.();
    const attempt = ++this.#attempt;
    this.#options.show('connecting');
    (this.#options.protocols?.() ?? Promise.resolve(undefined)).then(
      protocols => attempt === this.#attempt && !this.#ended && this.#open(attempt, protocols),
      () => attempt === this.#attempt && this.#lost(1006),
    );
  }

  #open(attempt: number, protocols: string[] | undefined): void {
    const socketClass = this.#options.socketClass();
    if (!socketClass) return this.#end();
    const socket = new socketClass(this.#options.url().href, protocols);
    this.#drainMs = this.#retryAfterMs = undefined;
    socket.onopen = () => {
      if (attempt !== this.#attempt || this.#ended) return socket.close(1000);
      this.#socket = socket;
      this.#options.show('live');
      this.#cancelTimer = this.#options.time.setTimer(() => {
        this.#failures = 0;
      }, stable_ms);
      return undefined;
    };
    socket.onmessage = event => {
      if (attempt !== this.#attempt || this.#ended) return;
      let frame;
      try {
        frame = JSON.parse(String(event.data));
      } catch {
        return;
      }
      if (frame.type === 'server_draining') this.#drainMs = frame.reconnect_after_ms;
      if (frame.type === 'error') this.#retryAfterMs = frame.retry_after_ms ?? this.#retryAfterMs;
      this.#options.hear(frame);
    };
    socket.onclose = event => {
      if (attempt === this.#attempt && !this.#ended) this.#lost(event.code);
    };
    socket.onerror = () => undefined; // its close follows
  }

  #lost(code: number): void {
    this.#socket = undefined;
    this.#attempt += 1;
    this.#cancelTimer?.();
    const verdict = judgeClose({
      code, failures: this.#failures, drainMs: this.#drainMs, retryAfterMs: this.#retryAfterMs, hidden: isHidden(), random: this.#options.random,
    });
    if (!verdict.retry || code === 4401 || code === 4404) return this.#end();
    this.#failures += 1;
    this.#cancelTimer = this.#options.time.setTimer(() => this.#begin(), verdict.delayMs);
    return this.#options.show('waiting');
  }
}

/** The address of a socket below `base`. */
export function socketUrl(base: URL, path: string, lang: string | undefined): URL {
  const url = new URL(path, base);
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  if (lang) url.searchParams.set('lang', lang);
  return url;
}

import type { SocketClass, SocketLike } from './connection.ts';
import { Retries } from './retries.ts';
import { watchPage } from './wake.ts';
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

/** A socket for one thing alone, such as a task, that comes back by itself until it is closed or refused for good. */
export class LastingSocket {
  readonly #options: LastingOptions;
  readonly #retries: Retries;
  readonly #stopWatching: () => void;
  #socket: SocketLike | undefined;
  #attempt = 0;
  #cancelTimer: (() => void) | undefined;
  #ended = false;

  constructor(options: LastingOptions) {
    this.#options = options;
    this.#retries = new Retries(options.time, options.random);
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
    this.#retries.over();
    this.#cancelTimer?.();
    this.#stopWatching();
    this.#options.show('ended');
  }

  #begin(): void {
    if (this.#ended) return;
    this.#cancelTimer?.();
    this.#retries.begin();
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
    socket.onopen = () => {
      if (attempt !== this.#attempt || this.#ended) return socket.close(1000);
      this.#socket = socket;
      this.#retries.live();
      this.#options.show('live');
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
      this.#retries.hear(frame.type, frame);
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
    this.#retries.over();
    const verdict = this.#retries.judge(code);
    if (!verdict.retry || code === 4401 || code === 4404) return this.#end();
    this.#cancelTimer = this.#options.time.setTimer(() => this.#begin(), verdict.delayMs);
    return this.#options.show('waiting');
  }
}

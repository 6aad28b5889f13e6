import type { SocketLike } from './connection/connection.ts';
import type { Time } from './time.ts';

/** A clock that a test moves. Nothing happens by itself. */
export class FakeTime implements Time {
  #now = 0;
  #timers: { at: number; fn: () => void }[] = [];

  now = (): number => 1_800_000_000_000 + this.#now;
  monotonic = (): number => this.#now;

  setTimer = (fn: () => void, ms: number): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(one => one !== timer);
    };
  };

  /** How many timers wait: a stopped client leaves none. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets `ms` pass; timers run in their order, and what they promised runs after each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(one => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter(one => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets everything run that was promised. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

interface Said {
  type: string;
  payload: Record<string, unknown>;
  id?: number;
}

/** One end of a socket whose other end is the test. */
export class FakeSocket implements SocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly said: Said[] = [];
  readonly url: string;
  closedWith: number | undefined;
  /** Called for each frame of the client. */
  hears: ((frame: Said) => void) | undefined;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Said;
    this.said.push(frame);
    this.hears?.(frame);
  }

  close(code = 1005): void {
    this.closedWith = code;
  }

  open(): void {
    this.onopen?.(undefined as never);
  }

  /** The server says something. */
  say(type: string, payload: unknown, id?: number): void {
    this.onmessage?.({ data: JSON.stringify(id === undefined ? { type, payload } : { type, payload, id }) });
  }

  /** The server, or the network, ends it. */
  end(code: number): void {
    this.onclose?.({ code });
  }
}

/** A socket class that remembers its sockets, newest last. */
export function fakeSockets(): { sockets: FakeSocket[]; WebSocket: new (url: string) => FakeSocket } {
  const sockets: FakeSocket[] = [];
  return {
    sockets,
    WebSocket: class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  };
}

/** What the library tells about itself; `createClient({ log })`. */
export type LogEvent = { level: 'debug' | 'warn' | 'error'; what: string; detail?: unknown };
export type Log = (event: LogEvent) => void;

/** Listeners by type. A listener that throws is logged, and the next one runs. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Adds a listener; the answer removes it. */
  on<Type extends keyof Events>(type: Type, fn: (event: Events[Type]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(fn);
    return () => {
      listeners.delete(fn);
    };
  }

  /** The next event of the type. */
  once<Type extends keyof Events>(type: Type, options: { signal?: AbortSignal } = {}): Promise<Events[Type]> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const end = (): void => {
        remove();
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        end();
        reject(signal?.reason);
      };
      const remove = this.on(type, event => {
        end();
        resolve(event);
      });
      signal?.addEventListener('abort', abort);
      return undefined;
    });
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const fn of [...(this.#listeners.get(type) ?? [])]) {
      try {
        (fn as (event: Events[Type]) => void)(event);
      } catch (error) {
        this.#log({ level: 'error', what: `a listener of "${String(type)}" threw`, detail: error });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** A value that can be watched, in the form that React, Vue and Svelte take. */
export interface Store<T> {
  getSnapshot(): T;
  /** Calls `fn` after each change; the answer removes it. */
  subscribe(fn: () => void): () => void;
}

/** A store that its owner writes. Snapshots are never changed in place. */
export class Cell<T> implements Store<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  getSnapshot: () => T = () => this.#value;

  subscribe: (fn: () => void) => () => void = fn => {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const fn of [...this.#listeners]) fn();
  }
}

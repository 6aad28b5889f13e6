import { isParleyError, ParleyError } from '../errors.ts';
import { Cell, type Log, type Store } from '../emitter.ts';
import type { MessageAck } from '../generated/frames.ts';
import type { MessageType } from '../generated/http.ts';
import type { Time } from '../time.ts';
import { backoffMs } from '../connection/close.ts';

const entries_max = 200;
const characters_max = 1024 * 1024;
/** The server remembers a `client_msg_id` for 24 hours; no try by itself comes near to that. */
const life_ms = 20 * 3600 * 1000;

/** A message that is not acknowledged yet. */
export interface OutboxEntry {
  clientMsgId: string;
  roomId: number;
  content: string;
  type: MessageType;
  attachments?: readonly number[] | undefined;
  /** Milliseconds since 1970. */
  createdAt: number;
  firstTriedAt?: number | undefined;
  /** `failed` waits for the person, with a reason. */
  status: 'queued' | 'sending' | 'failed';
  code?: string | undefined;
  text?: string | undefined;
}

/** Where entries outlive the page; see `indexedDBOutbox` of `@parley/client/storage`. */
export interface OutboxStore {
  load(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  remove(clientMsgId: string): Promise<void>;
  clear(): Promise<void>;
}

export interface OutboxOptions {
  time: Time;
  random: () => number;
  log: Log;
  store?: OutboxStore | undefined;
  send(entry: OutboxEntry): Promise<MessageAck>;
  isLive(): boolean;
  /** In the same turn in which the entry leaves. */
  acked(entry: OutboxEntry, ack: MessageAck): void;
}

interface Lane {
  entries: OutboxEntry[];
  busy: boolean;
  failures: number;
  cancel?: (() => void) | undefined;
  cell: Cell<readonly OutboxEntry[]>;
}

interface Promised {
  promise: Promise<MessageAck>;
  resolve(ack: MessageAck): void;
  reject(error: unknown): void;
}

/** Messages in the order in which they were given, one on its way in each room, each with the same id in every try. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<number, Lane>();
  readonly #promised = new Map<string, Promised>();
  readonly #count = new Cell(0);

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** How many wait, in all rooms. */
  get count(): Store<number> {
    return this.#count;
  }

  /** What waits in a room, oldest first. */
  pending(roomId: number): Store<readonly OutboxEntry[]> {
    return this.#lane(roomId).cell;
  }

  /** Takes up what an earlier page left. */
  async load(): Promise<void> {
    for (const entry of (await this.#options.store?.load()) ?? []) {
      const lane = this.#lane(entry.roomId);
      if (lane.entries.some(one => one.clientMsgId === entry.clientMsgId)) continue;
      lane.entries.push(entry.status === 'sending' ? { ...entry, status: 'queued' } : entry);
      lane.entries.sort((a, b) => a.createdAt - b.createdAt);
      this.#show(lane);
    }
    this.pump();
  }

  /** Rejects with `outbox_full` at once if 200 messages or a million characters wait. */
  add(entry: OutboxEntry): Promise<MessageAck> {
    const waiting = [...this.#lanes.values()].flatMap(lane => lane.entries);
    const characters = waiting.reduce((sum, one) => sum + one.content.length, entry.content.length);
    if (waiting.length >= entries_max || characters > characters_max) return Promise.reject(new ParleyError('outbox_full'));
    const promise = this.#promise(entry.clientMsgId).promise;
    const lane = this.#lane(entry.roomId);
    lane.entries.push(entry);
    this.#keep(entry);
    this.#show(lane);
    this.#run(lane);
    return promise;
  }

  cancel(roomId: number, clientMsgId: string): void {
    const lane = this.#lane(roomId);
    const entry = lane.entries.find(one => one.clientMsgId === clientMsgId);
    if (!entry || entry.status === 'sending') return;
    this.#forget(lane, entry);
    this.#promised.get(clientMsgId)?.reject(new ParleyError('closed'));
    this.#promised.delete(clientMsgId);
    this.#run(lane);
  }

  retry(roomId: number, clientMsgId: string): void {
    const lane = this.#lane(roomId);
    this.#change(lane, clientMsgId, { status: 'queued', code: undefined, text: undefined, firstTriedAt: undefined });
    this.#run(lane);
  }

  /** The room's own frame came before the acknowledgement; true if an entry left by it. */
  settle(roomId: number, clientMsgId: string, ack: MessageAck): boolean {
    const lane = this.#lanes.get(roomId);
    const entry = lane?.entries.find(one => one.clientMsgId === clientMsgId);
    if (!lane || !entry) return false;
    this.#finish(lane, entry, ack);
    return true;
  }

  /** The connection is live: all lanes go on. */
  pump(): void {
    for (const lane of this.#lanes.values()) {
      lane.cancel?.();
      lane.cancel = undefined;
      this.#run(lane);
    }
  }

  async clear(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      lane.cancel?.();
      for (const entry of lane.entries) this.#promised.get(entry.clientMsgId)?.reject(new ParleyError('signed_out'));
      lane.entries = [];
      this.#show(lane);
    }
    this.#promised.clear();
    await this.#options.store?.clear();
  }

  #promise(clientMsgId: string): Promised {
    const known = this.#promised.get(clientMsgId);
    if (known) return known;
    let resolve!: Promised['resolve'];
    let reject!: Promised['reject'];
    const promise = new Promise<MessageAck>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    promise.catch(() => undefined); // nobody has to listen
    const made = { promise, resolve, reject };
    this.#promised.set(clientMsgId, made);
    return made;
  }

  #lane(roomId: number): Lane {
    let lane = this.#lanes.get(roomId);
    if (!lane) {
      lane = { entries: [], busy: false, failures: 0, cell: new Cell<readonly OutboxEntry[]>([]) };
      this.#lanes.set(roomId, lane);
    }
    return lane;
  }

  #run(lane: Lane): void {
    const entry = lane.entries.find(one => one.status !== 'failed');
    if (lane.busy || lane.cancel || !entry || !this.#options.isLive()) return;
    const now = this.#options.time.now();
    if (entry.firstTriedAt !== undefined && now - entry.firstTriedAt > life_ms) {
      this.#fail(lane, entry, new ParleyError('outbox_expired'));
      return this.#run(lane);
    }
    lane.busy = true;
    const tried = this.#change(lane, entry.clientMsgId, { status: 'sending', firstTriedAt: entry.firstTriedAt ?? now }) ?? entry;
    this.#options.send(tried).then(
      ack => {
        lane.busy = false;
        lane.failures = 0;
        this.#finish(lane, tried, ack);
        this.#run(lane);
      },
      (error: unknown) => {
        lane.busy = false;
        this.#refused(lane, tried, error);
      },
    );
  }

  #refused(lane: Lane, entry: OutboxEntry, error: unknown): void {
    // Its own frame may have come meanwhile.
    if (!lane.entries.some(one => one.clientMsgId === entry.clientMsgId)) return this.#run(lane);
    if (!isParleyError(error) || !error.retryable) {
      this.#fail(lane, entry, error);
      return this.#run(lane);
    }
    this.#change(lane, entry.clientMsgId, { status: 'queued' });
    const wait = error.retryAfterMs ?? backoffMs(++lane.failures, false, this.#options.random);
    lane.cancel = this.#options.time.setTimer(() => {
      lane.cancel = undefined;
      this.#run(lane);
    }, wait);
  }

  #finish(lane: Lane, entry: OutboxEntry, ack: MessageAck): void {
    if (!lane.entries.some(one => one.clientMsgId === entry.clientMsgId)) return;
    this.#options.acked(entry, ack);
    this.#forget(lane, entry);
    this.#promised.get(entry.clientMsgId)?.resolve(ack);
    this.#promised.delete(entry.clientMsgId);
  }

  #fail(lane: Lane, entry: OutboxEntry, error: unknown): void {
    const known = isParleyError(error) ? error : new ParleyError('protocol', String(error));
    this.#change(lane, entry.clientMsgId, { status: 'failed', code: known.code, text: known.message });
    this.#promised.get(entry.clientMsgId)?.reject(known);
    this.#promised.delete(entry.clientMsgId);
  }

  #change(lane: Lane, clientMsgId: string, change: Partial<OutboxEntry>): OutboxEntry | undefined {
    const at = lane.entries.findIndex(one => one.clientMsgId === clientMsgId);
    const entry = lane.entries[at];
    if (!entry) return undefined;
    const next = { ...entry, ...change };
    lane.entries[at] = next;
    this.#keep(next);
    this.#show(lane);
    return next;
  }

  #forget(lane: Lane, entry: OutboxEntry): void {
    lane.entries = lane.entries.filter(one => one.clientMsgId !== entry.clientMsgId);
    this.#options.store?.remove(entry.clientMsgId).catch(error => this.#lost(error));
    this.#show(lane);
  }

  #keep(entry: OutboxEntry): void {
    this.#options.store?.put(entry).catch(error => this.#lost(error));
  }

  #lost(error: unknown): void {
    this.#options.log({ level: 'warn', what: 'the outbox is not kept', detail: error });
  }

  #show(lane: Lane): void {
    lane.cell.set([...lane.entries]);
    this.#count.set([...this.#lanes.values()].reduce((sum, one) => sum + one.entries.length, 0));
  }
}

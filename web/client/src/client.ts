/// <reference lib="esnext.disposable" preserve="true" />
import { Emitter, type Log, type LogEvent, type Store } from './emitter.ts';
import { Connection, type Frame, type SocketClass } from './connection/connection.ts';
import { serverAt, socketsOf, socketUrl } from './connection/place.ts';
import type { ConnectionState } from './connection/state.ts';
import type { FrameUser, NotificationAnswered, RoomActivity } from './generated/frames.ts';
import type { File as FileData, Notification, Operations } from './generated/http.ts';
import { call, callWithBytes, type CallOptions, type HttpContext } from './http/call.ts';
import { ParleyError } from './errors.ts';
import { Outbox, type OutboxStore } from './outbox/outbox.ts';
import { Room, roomOf } from './rooms/room.ts';
import { TaskWatch } from './task.ts';
import { systemTime, type Time } from './time.ts';
import type { TokenSource } from './tokens/source.ts';

export interface ClientOptions {
  /** Of the server; the page's origin by default. */
  url?: string | URL;
  auth: TokenSource;
  lang?: 'zh' | 'en' | 'ru';
  /** Keeps what is not acknowledged over a reload. */
  outbox?: OutboxStore;
  WebSocket?: SocketClass;
  fetch?: typeof fetch;
  time?: Time;
  random?: () => number;
  log?: (event: LogEvent) => void;
}

export interface ClientEvents {
  state: ConnectionState;
  notification: Notification;
  notificationAnswered: NotificationAnswered;
  /** News of a room that this connection has not joined: its last message, and how many are unread. */
  roomActivity: RoomActivity;
  draining: { reconnect_after_ms: number };
  signedOut: { cause: 'signed_out' };
  /** Each frame, before the rooms take it. */
  frame: Frame;
}

const joins_at_once = 10;
const add_file_ms = 600_000;

/** One user's connection to a server, and the rooms that are open over it. */
export class Client {
  readonly events: Emitter<ClientEvents>;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #rooms = new Map<number, Room>();
  readonly #http: HttpContext;
  readonly #auth: TokenSource;
  readonly #time: Time;
  readonly #random: () => number;
  readonly #socketClass: () => SocketClass | undefined;
  #user: FrameUser | undefined;
  #lang: ClientOptions['lang'];

  constructor(options: ClientOptions) {
    const base = serverAt(options.url);
    const log: Log = options.log ?? (() => undefined);
    this.#lang = options.lang;
    this.#auth = options.auth;
    this.#time = options.time ?? systemTime;
    const random = options.random ?? Math.random;
    this.#random = random;
    this.#socketClass = socketsOf(options.WebSocket);
    this.events = new Emitter(log);
    this.#http = { base, fetch: options.fetch ?? ((...args) => fetch(...args)), lang: () => this.#lang };
    this.#connection = new Connection({
      url: socketUrl(base, 'ws', options.lang),
      auth: options.auth,
      socketClass: this.#socketClass,
      time: this.#time, random, log,
    });
    this.#outbox = new Outbox({
      time: this.#time, random, log, store: options.outbox,
      isLive: () => this.#connection.live,
      send: async entry => {
        const answer = await this.#connection.ask('send_message', {
          room_id: entry.roomId, content: entry.content, message_type: entry.type, client_msg_id: entry.clientMsgId,
          ...(entry.attachments?.length ? { attachments: [...entry.attachments] } : {}),
        });
        if (answer.type !== 'message_ack') throw new ParleyError('protocol', `${answer.type} for send_message`);
        return answer.payload;
      },
      acked: (entry, ack) => this.#rooms.get(entry.roomId)?.acked(entry, ack),
    });
    this.#connection.events.on('state', state => this.#hearState(state));
    this.#connection.events.on('live', ({ user }) => this.#goLive(user));
    this.#connection.events.on('lost', () => {
      for (const room of this.#rooms.values()) room.lost();
    });
    this.#connection.events.on('frame', frame => this.#hear(frame));
  }

  on: Emitter<ClientEvents>['on'] = (type, fn) => this.events.on(type, fn);
  once: Emitter<ClientEvents>['once'] = (type, options) => this.events.once(type, options);

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Who is signed in; undefined before the first connection. */
  get user(): FrameUser | undefined {
    return this.#user;
  }

  /** How many messages wait for their acknowledgement. */
  get unsent(): Store<number> {
    return this.#outbox.count;
  }

  connect(): void {
    this.#connection.connect();
    void this.#outbox.load();
  }

  disconnect(): void {
    this.#connection.disconnect();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Resolves when the connection is live; rejects when it stops. */
  async ready(options: { signal?: AbortSignal } = {}): Promise<void> {
    for (;;) {
      const { state } = this;
      if (state.phase === 'live') return;
      if (state.phase === 'idle') throw new ParleyError('closed');
      if (state.phase === 'stopped') throw new ParleyError(state.cause);
      await this.events.once('state', options);
    }
  }

  /** Resolves when nothing waits to be sent. */
  async flush(options: { signal?: AbortSignal } = {}): Promise<void> {
    while (this.#outbox.count.getSnapshot() > 0) {
      await new Promise<void>((resolve, reject) => {
        const remove = this.#outbox.count.subscribe(() => {
          remove();
          resolve();
        });
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
      });
    }
  }

  /** Calls an operation of the HTTP interface as this user. */
  call<Name extends keyof Operations>(
    name: Name, input: Operations[Name]['input'], options?: CallOptions,
  ): Promise<Operations[Name]['answer']> {
    return call(this.#http, this.#auth, name, input, options);
  }

  /**
   * Stores bytes for a message of the room, which names the answer's `id` in `attachments`; without a message they go after a day.
   * One request, ten minutes at most by default: `uploadFile` of `/uploads` goes on after a cut and tells how far it is.
   */
  addFile(
    roomId: number, file: Blob, options: CallOptions & { name: string; type?: string },
  ): Promise<FileData> {
    const { name, type = file.type, timeoutMs = add_file_ms, ...rest } = options;
    const kind = type || 'application/octet-stream';
    return callWithBytes(this.#http, this.#auth, 'add_file', { room_id: roomId, name }, file, kind, { ...rest, timeoutMs });
  }

  /** Asks on the socket: watching together and the clock use it. */
  ask: Connection['ask'] = (type, payload, options) => this.#connection.ask(type, payload, options);
  tell: Connection['tell'] = (type, payload) => this.#connection.tell(type, payload);

  /** The room of that number; the same object each time until it is closed. */
  room(id: number): Room {
    let room = this.#rooms.get(id);
    if (!room) {
      room = new Room(id, {
        connection: this.#connection, outbox: this.#outbox, time: this.#time, log: event => this.#log(event),
        call: (name, input, options) => this.call(name, input, options),
        user: () => this.#user,
      });
      this.#rooms.set(id, room);
    }
    return room;
  }

  /** Hears of a task until it is closed. */
  task(id: string): TaskWatch {
    return new TaskWatch(id, {
      base: this.#http.base, lang: this.#lang, token: () => this.#auth.get('call'), socketClass: this.#socketClass, time: this.#time, random: this.#random,
    });
  }

  /** Where a path of the server is. */
  address(path: string): string {
    return new URL(path.replace(/^\//, ''), this.#http.base).href;
  }

  /** The header of a request that another library makes, such as an upload. */
  async authorization(refused = false): Promise<string> {
    return `Bearer ${await this.#auth.get(refused ? 'refused' : 'call')}`;
  }

  /** In which the server speaks; undefined leaves it to what the browser asks for. */
  get lang(): ClientOptions['lang'] {
    return this.#lang;
  }

  set lang(lang: ClientOptions['lang']) {
    this.#lang = lang;
  }

  /** Forgets what is unsent; for a sign-out. */
  clearOutbox(): Promise<void> {
    return this.#outbox.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    this.disconnect();
  }

  #log(event: LogEvent): void {
    if (event.level === 'error') globalThis.console?.error(event.what, event.detail);
  }

  #hearState(state: ConnectionState): void {
    this.events.emit('state', state);
    if (state.phase === 'stopped' && state.cause === 'signed_out') this.events.emit('signedOut', { cause: 'signed_out' });
  }

  #goLive(user: FrameUser): void {
    this.#user = user;
    this.#outbox.pump();
    void this.#joinAll();
  }

  /** Ten joins a second: the server takes twenty. */
  async #joinAll(): Promise<void> {
    const open = [...this.#rooms.values()].filter(room => room.isOpen && room.state.getSnapshot().phase !== 'gone').reverse();
    for (const [index, room] of open.entries()) {
      if (index > 0 && index % joins_at_once === 0) await new Promise<void>(resolve => this.#time.setTimer(resolve, 1_000));
      if (!this.#connection.live) return;
      void room.join();
    }
  }

  #hear(frame: Frame): void {
    this.events.emit('frame', frame);
    if (frame.type === 'notification') this.events.emit('notification', frame.payload);
    else if (frame.type === 'notification_answered') this.events.emit('notificationAnswered', frame.payload);
    else if (frame.type === 'room_activity') this.events.emit('roomActivity', frame.payload);
    else if (frame.type === 'server_draining') this.events.emit('draining', frame.payload);
    else {
      const id = roomOf(frame);
      const room = id === undefined ? undefined : this.#rooms.get(id);
      if (room?.isOpen) room.hear(frame);
    }
  }
}

/** A client of the server at `url`. Nothing happens before `connect()`. */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}


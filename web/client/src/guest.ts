import { LastingSocket, socketUrl, type LastingState } from './connection/lasting.ts';
import type { SocketClass } from './connection/connection.ts';
import { Cell, type Store } from './emitter.ts';
import { ParleyError, type Code } from './errors.ts';
import { randomId, systemTime, type Time } from './time.ts';

export interface GuestOptions {
  /** Of the server; the page's origin by default. */
  url?: string | URL;
  room: number;
  /** Shown beside "anonymous"; names of users are refused. */
  name?: string;
  lang?: 'zh' | 'en' | 'ru';
  WebSocket?: SocketClass;
  time?: Time;
  random?: () => number;
}

/** What a guest hears somebody say. */
export interface GuestMessage {
  id: number;
  content: string;
  timestamp: string;
  sender: { id: number; username: string; guest_name?: string };
  edited_at?: string | null;
  /** Whether it was said here. */
  own: boolean;
}

interface Waiting {
  resolve: () => void;
  reject: (error: ParleyError) => void;
}

const held_max = 500;

/** A room that takes guests, without an account: what is said from now on, and a voice in it. */
export class GuestRoom {
  readonly #socket: LastingSocket;
  readonly #state = new Cell<LastingState>('connecting');
  readonly #messages = new Cell<readonly GuestMessage[]>([]);
  readonly #refusal = new Cell<Code | undefined>(undefined);
  readonly #waiting = new Map<string, Waiting>();
  readonly #own = new Set<string>();

  constructor(options: GuestOptions) {
    const base = new URL(options.url ?? globalThis.location?.origin ?? 'http://127.0.0.1:8000');
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    this.#socket = new LastingSocket({
      url: () => {
        const url = socketUrl(base, `ws/chat/${options.room}/`, options.lang);
        if (options.name) url.searchParams.set('name', options.name);
        return url;
      },
      socketClass: () => options.WebSocket ?? (globalThis.WebSocket as unknown as SocketClass | undefined),
      time: options.time ?? systemTime, random: options.random ?? Math.random,
      hear: frame => this.#hear(frame),
      show: state => {
        this.#state.set(state);
        if (state !== 'live') this.#fail(new ParleyError('closed'));
      },
    });
  }

  get state(): Store<LastingState> {
    return this.#state;
  }

  /** Why the server lets nobody in, once `state` is `ended`. */
  get refusal(): Store<Code | undefined> {
    return this.#refusal;
  }

  /** The latest 500, oldest first. */
  get messages(): Store<readonly GuestMessage[]> {
    return this.#messages;
  }

  /** Resolves when the room heard it. */
  send(content: string): Promise<void> {
    const id = randomId();
    return new Promise((resolve, reject) => {
      this.#own.add(id);
      this.#waiting.set(id, { resolve, reject });
      if (this.#socket.tell({ type: 'chat_message', content, client_msg_id: id })) return;
      this.#waiting.delete(id);
      reject(new ParleyError('offline'));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #fail(error: ParleyError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(error);
  }

  #hear(frame: { type: string } & Record<string, unknown>): void {
    const all = this.#messages.getSnapshot();
    if (frame.type === 'chat_message') {
      const { client_msg_id, ...message } = frame.message as Omit<GuestMessage, 'own'> & { client_msg_id?: string };
      const own = client_msg_id !== undefined && this.#own.has(client_msg_id);
      if (!all.some(one => one.id === message.id)) this.#messages.set([...all, { ...message, own }].slice(-held_max));
      this.#waiting.get(client_msg_id ?? '')?.resolve();
      this.#waiting.delete(client_msg_id ?? '');
    } else if (frame.type === 'message_edited') {
      const edited = frame.message as GuestMessage;
      this.#messages.set(all.map(one => (one.id === edited.id ? { ...one, content: edited.content, edited_at: edited.edited_at ?? null } : one)));
    } else if (frame.type === 'message_deleted') {
      this.#messages.set(all.filter(one => one.id !== frame.id));
    } else if (frame.type === 'room_closed') {
      this.#refusal.set('room_not_found');
    } else if (frame.type === 'error') {
      this.#refusal.set(frame.code as Code);
      this.#fail(new ParleyError(frame.code as Code, frame.message as string));
    }
  }
}

/** Enters a room that takes guests. */
export function guestRoom(options: GuestOptions): GuestRoom {
  return new GuestRoom(options);
}

import { LastingSocket, type LastingState } from './connection/lasting.ts';
import { serverAt, socketsOf, socketUrl } from './connection/place.ts';
import type { SocketClass } from './connection/connection.ts';
import { Cell, type Store } from './emitter.ts';
import { ParleyError, type Code } from './errors.ts';
import type { File as FileData } from './generated/http.ts';
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
  /** Its files, if it has any. */
  attachments?: readonly FileData[];
  /** Whether it was said here, and heard within 10 s. */
  own: boolean;
}

/** A message of this guest that was not heard yet. */
interface Waiting {
  resolve: () => void;
  reject: (error: ParleyError) => void;
  cancel: () => void;
}

const held_max = 500;
const send_ms = 10_000;

/** A room that takes guests, without an account: what is said from now on, and a voice in it. */
export class GuestRoom {
  readonly #socket: LastingSocket;
  readonly #state = new Cell<LastingState>('connecting');
  readonly #messages = new Cell<readonly GuestMessage[]>([]);
  readonly #refusal = new Cell<Code | undefined>(undefined);
  readonly #time: Time;
  /** By the id that was sent with it. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: GuestOptions) {
    const base = serverAt(options.url);
    this.#time = options.time ?? systemTime;
    this.#socket = new LastingSocket({
      url: () => {
        const url = socketUrl(base, `ws/chat/${options.room}/`, options.lang);
        if (options.name) url.searchParams.set('name', options.name);
        return url;
      },
      socketClass: socketsOf(options.WebSocket),
      time: this.#time, random: options.random ?? Math.random,
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

  /** Resolves when the room heard it; rejects if it did not within 10 s, or the connection is gone: it may be there all the same. */
  send(content: string): Promise<void> {
    const id = randomId();
    return new Promise((resolve, reject) => {
      if (!this.#socket.tell({ type: 'chat_message', content, client_msg_id: id })) return reject(new ParleyError('offline'));
      const cancel = this.#time.setTimer(() => {
        this.#waiting.delete(id);
        reject(new ParleyError('timeout'));
      }, send_ms);
      this.#waiting.set(id, { resolve, reject, cancel });
      return undefined;
    });
  }

  close(): void {
    this.#socket.close();
  }

  #fail(error: ParleyError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) {
      one.cancel();
      one.reject(error);
    }
  }

  #hear(frame: { type: string } & Record<string, unknown>): void {
    const all = this.#messages.getSnapshot();
    if (frame.type === 'chat_message') {
      const { client_msg_id, ...message } = frame.message as Omit<GuestMessage, 'own'> & { client_msg_id?: string };
      const mine = this.#waiting.get(client_msg_id ?? '');
      if (!all.some(one => one.id === message.id)) this.#messages.set([...all, { ...message, own: mine !== undefined }].slice(-held_max));
      this.#waiting.delete(client_msg_id ?? '');
      mine?.cancel();
      mine?.resolve();
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

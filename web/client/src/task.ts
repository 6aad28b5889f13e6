import { LastingSocket, type LastingState } from './connection/lasting.ts';
import { socketUrl } from './connection/place.ts';
import type { SocketClass } from './connection/connection.ts';
import { Cell, type Store } from './emitter.ts';
import type { TaskStatus } from './generated/http.ts';
import type { Time } from './time.ts';

export interface TaskContext {
  base: URL;
  lang: string | undefined;
  token: () => Promise<string>;
  socketClass: () => SocketClass | undefined;
  time: Time;
  random: () => number;
}

/** The status of a task, as it is published. */
export class TaskWatch {
  readonly id: string;
  readonly #socket: LastingSocket;
  readonly #status = new Cell<TaskStatus | undefined>(undefined);
  readonly #state = new Cell<LastingState>('connecting');

  constructor(id: string, context: TaskContext) {
    this.id = id;
    this.#socket = new LastingSocket({
      url: () => socketUrl(context.base, `ws/realtime/${encodeURIComponent(id)}`, context.lang),
      protocols: async () => ['parley.v1', 'bearer', await context.token()],
      socketClass: context.socketClass, time: context.time, random: context.random,
      hear: frame => {
        if (frame.type === 'task_status') this.#status.set(frame as unknown as TaskStatus);
      },
      show: state => this.#state.set(state),
    });
  }

  /** The latest one; undefined before anything was published. */
  get status(): Store<TaskStatus | undefined> {
    return this.#status;
  }

  get state(): Store<LastingState> {
    return this.#state;
  }

  close(): void {
    this.#socket.close();
  }
}

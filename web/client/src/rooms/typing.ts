import { Cell, type Store } from '../emitter.ts';
import type { FrameUser, TypingHeard } from '../generated/frames.ts';
import type { Time } from '../time.ts';

const again_ms = 3_000;
const stop_ms = 5_000;
/** The server says stop after 6 s; a lost frame must not leave somebody typing. */
const lost_ms = 8_000;

/** Who types in a room, oneself among them. */
export class Typing {
  readonly #time: Time;
  readonly #tell: (isTyping: boolean) => void;
  readonly #others = new Cell<readonly FrameUser[]>([]);
  readonly #timers = new Map<number, () => void>();
  #since: number | undefined;
  #cancelOwn: (() => void) | undefined;

  constructor(time: Time, tell: (isTyping: boolean) => void) {
    this.#time = time;
    this.#tell = tell;
  }

  get others(): Store<readonly FrameUser[]> {
    return this.#others;
  }

  /** At most one frame in three seconds; stops by itself after five. */
  own(isTyping: boolean): void {
    this.#cancelOwn?.();
    if (!isTyping) {
      if (this.#since !== undefined) this.#tell(false);
      this.#since = undefined;
      return;
    }
    const now = this.#time.monotonic();
    if (this.#since === undefined || now - this.#since >= again_ms) {
      this.#since = now;
      this.#tell(true);
    }
    this.#cancelOwn = this.#time.setTimer(() => this.own(false), stop_ms);
  }

  /** A message was sent, which ends it without a word. */
  sent(): void {
    this.#since = undefined;
    this.#cancelOwn?.();
  }

  hear({ user, is_typing }: TypingHeard): void {
    this.stop(user.id);
    if (!is_typing) return;
    this.#timers.set(user.id, this.#time.setTimer(() => this.stop(user.id), lost_ms));
    this.#others.set([...this.#others.getSnapshot(), user]);
  }

  stop(userId: number): void {
    this.#timers.get(userId)?.();
    this.#timers.delete(userId);
    const rest = this.#others.getSnapshot().filter(one => one.id !== userId);
    if (rest.length !== this.#others.getSnapshot().length) this.#others.set(rest);
  }

  forget(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#others.set([]);
  }
}

import type { Frame } from '../connection/connection.ts';
import type { Time } from '../time.ts';

const remembered_max = 500;
/** Longer than a replay pauses, and than a page of the history may take. */
const quiet_ms = 15_000;

/**
 * Up to which revision of a room its edits and deletions are known. Each one that is told and not replayed raises it by one; the
 * same one told twice does not, for a revision that is too high would hide a change.
 */
export class Changes {
  readonly #time: Time;
  readonly #told = new Set<string>();
  #known = 0;
  /** The revision once all that is replayed was heard: nothing tells its end, so a cut before some quiet begins it again. */
  #next: number | undefined;
  #cancelQuiet: (() => void) | undefined;

  constructor(time: Time) {
    this.#time = time;
  }

  /** From where to resume. */
  get known(): number {
    return this.#known;
  }

  /** The answer to a join; `replays` if changes since the known revision follow. */
  joined(revision: number, replays: boolean): void {
    this.lost();
    if (!replays || revision === this.#known) {
      this.#known = revision;
    } else {
      this.#next = revision;
      this.#wait();
    }
  }

  hear(frame: Frame & { type: 'message_edited' | 'message_deleted' }): void {
    if ((frame.payload as { replayed?: true }).replayed) {
      if (this.#next !== undefined) this.#wait();
      return;
    }
    const mark = frame.type === 'message_edited' ? `${frame.payload.id} ${frame.payload.edited_at}` : `${frame.payload.id}`;
    if (this.#told.has(mark)) return;
    this.#told.add(mark);
    if (this.#told.size > remembered_max) this.#told.delete(this.#told.values().next().value ?? '');
    if (this.#next === undefined) this.#known += 1;
    else this.#next += 1;
  }

  lost(): void {
    this.#cancelQuiet?.();
    this.#next = undefined;
  }

  #wait(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#time.setTimer(() => {
      this.#known = this.#next ?? this.#known;
      this.#next = undefined;
    }, quiet_ms);
  }
}

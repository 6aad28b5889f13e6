import { Cell, type Store } from '../emitter.ts';
import type { Message } from '../generated/http.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';

/** What a page draws of a room. */
export interface TimelineView {
  /** By id, oldest first. */
  readonly items: readonly Message[];
  /** One's own that are not acknowledged, in their order. */
  readonly pending: readonly OutboxEntry[];
  /** Ids after which messages are missing; they are loaded on demand. */
  readonly gaps: readonly number[];
  /** Whether nothing older exists that this user may read. */
  readonly atStart: boolean;
}

const held_max = 2_000;

/**
 * The messages of a room that were loaded, 2000 at most: the end that is farther from where something was added is let go. Replayed,
 * live and read ones come through one door; doubles are dropped.
 */
export class Timeline implements Store<TimelineView> {
  readonly #cell = new Cell<TimelineView>({ items: [], pending: [], gaps: [], atStart: false });
  #cursor = 0;

  getSnapshot = (): TimelineView => this.#cell.getSnapshot();
  subscribe = (fn: () => void): (() => void) => this.#cell.subscribe(fn);

  /**
   * Up to here nothing is missing but what the gaps tell; 0 at the beginning. An acknowledgement does not move it: its message may
   * be held while those before it are still on their way.
   */
  get cursor(): number {
    return this.#cursor;
  }

  /** Everything up to `id` was heard. */
  reach(id: number): void {
    this.#cursor = Math.max(this.#cursor, id);
  }

  get oldest(): number | undefined {
    return this.getSnapshot().items[0]?.id;
  }

  setPending(pending: readonly OutboxEntry[]): void {
    this.#change({ pending });
  }

  /** Takes a message that the room heard; false if it was known. A pending one of the same id goes in the same change. */
  take(message: Message, pending?: readonly OutboxEntry[]): boolean {
    const { items } = this.getSnapshot();
    const last = items.at(-1);
    const change = pending ? { pending } : {};
    if (!last || message.id > last.id) {
      // Somebody reads far above, so that the newest were let go: this one is with them.
      if (items.length >= held_max && this.getSnapshot().gaps.length > 0) {
        const gaps = [...this.getSnapshot().gaps.filter(id => id !== last?.id), last?.id ?? 0];
        this.#change({ gaps, ...change });
      } else {
        this.#change({ items: [...items, message], ...change });
      }
      return true;
    }
    if (items.some(one => one.id === message.id)) {
      if (pending) this.#change(change);
      return false;
    }
    this.#change({ items: merge(items, [message]), ...change });
    return true;
  }

  /** Adds a page of the history; what is known already is replaced by what was read. */
  addPage(page: readonly Message[], at: { start?: boolean; fills?: number } = {}): void {
    const view = this.getSnapshot();
    const gaps = at.fills === undefined ? view.gaps : view.gaps.filter(id => id !== at.fills);
    const older = (page[0]?.id ?? Infinity) < (view.items[0]?.id ?? 0);
    this.#change({ items: merge(view.items, page), gaps, atStart: view.atStart || (at.start ?? false) }, older ? 'end' : 'start');
  }

  /** Only the newest page, in place of all that was loaded. */
  restart(newest: readonly Message[], start: boolean): void {
    this.#change({ items: newest, gaps: [], atStart: start });
  }

  /** Puts the newest page above a gap: what came between was not read. */
  addGap(newest: readonly Message[]): void {
    const view = this.getSnapshot();
    const last = view.items.at(-1);
    const first = newest[0];
    const gaps = last && first && first.id > last.id ? [...view.gaps, last.id] : view.gaps;
    this.#change({ items: merge(view.items, newest), gaps });
  }

  /** A gap whose rest still is too long moves up. */
  moveGap(from: number, to: number): void {
    this.#change({ gaps: this.getSnapshot().gaps.map(id => (id === from ? to : id)) });
  }

  replace(message: Message): void {
    const { items } = this.getSnapshot();
    if (!items.some(one => one.id === message.id)) return;
    this.#change({ items: items.map(one => (one.id === message.id ? message : one)) });
  }

  remove(id: number): void {
    const { items } = this.getSnapshot();
    this.#change({ items: items.map(one => (one.id === id ? { ...one, deleted: true, content: '', attachments: [] } : one)) });
  }

  /** @param from which end is let go where too many are held */
  #change(change: Partial<TimelineView>, from: 'start' | 'end' = 'start'): void {
    const next = { ...this.getSnapshot(), ...change };
    if (next.items.length <= held_max) return this.#cell.set(next);
    const items = from === 'start' ? next.items.slice(-held_max) : next.items.slice(0, held_max);
    const [first, last] = [items[0]?.id ?? 0, items.at(-1)?.id ?? 0];
    const gaps = next.gaps.filter(id => id >= first && id < last);
    // What was let go can be loaded again: above as what is older, below as a gap.
    return this.#cell.set(from === 'start' ? { ...next, items, gaps: next.gaps.filter(id => id >= first), atStart: false } : { ...next, items, gaps: [...gaps, last] });
  }
}

function merge(a: readonly Message[], b: readonly Message[]): readonly Message[] {
  const byId = new Map(a.map(one => [one.id, one]));
  for (const one of b) byId.set(one.id, one);
  return [...byId.values()].sort((x, y) => x.id - y.id);
}

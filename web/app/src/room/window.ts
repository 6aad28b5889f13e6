import type { Message } from '@parley/client';

/** How many messages are drawn at once, and by how many the window moves at least. */
export const span = 160;
export const stride = 20;

/** The messages from `start` up to, not with, `end` of those that are loaded. */
export interface Window {
  start: number;
  end: number;
}

/** The first index whose message is not older than `id`. */
export function indexOf(items: readonly Message[], id: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The window that begins at the message `from`, or the newest one without it. */
export function windowOf(items: readonly Message[], from: number | undefined): Window {
  const start = from === undefined ? Math.max(0, items.length - span) : Math.min(indexOf(items, from), Math.max(0, items.length - 1));
  return { start, end: Math.min(items.length, start + span) };
}

/**
 * Where a window begins that has what is in view in its middle: the same for the same view, so that moving there asks for no other
 * move, however high the messages are.
 */
export function startAround(items: readonly Message[], { id, seen }: Anchor): number {
  return Math.max(0, Math.min(indexOf(items, id) - Math.max(stride, Math.floor((span - seen) / 2)), items.length - span));
}

/** A message of the list, and how far it is below the upper edge. */
export interface Anchor {
  id: number;
  top: number;
  /** How many messages are in view. */
  seen: number;
}

/**
 * The message at the upper edge of the box: it has to stay there, whatever grows above or below. Lines between messages do not
 * serve: that of the day goes when what is older comes.
 */
export function anchorOf(box: HTMLElement, list: HTMLElement): Anchor | undefined {
  const edges = box.getBoundingClientRect();
  let found: Anchor | undefined;
  for (const element of list.children) {
    const { bottom, top } = element.getBoundingClientRect();
    const { id } = (element as HTMLElement).dataset;
    if (!id || bottom <= edges.top) continue;
    if (found && top >= edges.bottom) break;
    found ??= { id: Number(id), top: top - edges.top, seen: 0 };
    found.seen += 1;
  }
  return found;
}

export function hold(box: HTMLElement, list: HTMLElement, anchor: Anchor): void {
  const element = list.querySelector(`[data-id="${anchor.id}"]`);
  if (!element) return;
  const moved = element.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.top;
  if (Math.abs(moved) >= 1) box.scrollTop += moved;
}

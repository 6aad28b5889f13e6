import type { Message } from '@parley/client';

/** How many messages are drawn at once, and by how many the window moves. */
export const span = 160;
export const stride = 60;

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

/** An element of the list and how far it is below the upper edge. */
export interface Anchor {
  key: string;
  top: number;
}

/** What stands at the upper edge of the box: it has to stay there, whatever grows above or below. */
export function anchorOf(box: HTMLElement, list: HTMLElement): Anchor | undefined {
  const edge = box.getBoundingClientRect().top;
  for (const element of list.children) {
    const { bottom, top } = element.getBoundingClientRect();
    const { key } = (element as HTMLElement).dataset;
    if (key && bottom > edge) return { key, top: top - edge };
  }
  return undefined;
}

export function hold(box: HTMLElement, list: HTMLElement, anchor: Anchor): void {
  const element = list.querySelector(`[data-key="${anchor.key}"]`);
  if (!element) return;
  const moved = element.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.top;
  if (Math.abs(moved) >= 1) box.scrollTop += moved;
}

import { shallowRef } from 'vue';

export interface Toast {
  id: number;
  text: string;
  bad?: boolean;
  /** Up to two buttons. */
  actions?: readonly { label: string; run: () => void }[];
  /** Called if nobody pressed a button in time. */
  expired?: () => void;
}

export const toasts = shallowRef<readonly Toast[]>([]);

const shown_ms = 6_000;
let next = 1;

/** Shows a line at the corner for some seconds; the answer takes it away. */
export function toast(what: Omit<Toast, 'id'>, ms = shown_ms): () => void {
  const id = next++;
  toasts.value = [...toasts.value.slice(-3), { ...what, id }];
  const timer = window.setTimeout(() => {
    what.expired?.();
    dismiss(id);
  }, ms);
  return () => {
    clearTimeout(timer);
    dismiss(id);
  };
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter(one => one.id !== id);
}

import { ref } from 'vue';
import { profile } from '../app/state.ts';

const kept_max = 50;
const slot = (): string => `parley.tasks.${profile.value?.id ?? 0}`;

/** The ids that this user follows on this device, the newest first. */
export const followed = ref<readonly string[]>([]);

export function loadFollowed(): void {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(slot()) ?? '[]');
    followed.value = Array.isArray(found) ? found.filter(one => typeof one === 'string') : [];
  } catch {
    followed.value = [];
  }
}

function keep(ids: readonly string[]): void {
  followed.value = ids;
  localStorage.setItem(slot(), JSON.stringify(ids));
}

export function follow(id: string): void {
  keep([id, ...followed.value.filter(one => one !== id)].slice(0, kept_max));
}

export function forget(id: string): void {
  keep(followed.value.filter(one => one !== id));
}

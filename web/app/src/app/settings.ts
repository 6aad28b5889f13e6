import { ref, watch, type Ref } from 'vue';

/** A choice of this device, kept in `localStorage` where the browser gives one. */
function kept<T extends string>(name: string, allowed: readonly T[], first: T): Ref<T> {
  const slot = `parley.${name}`;
  let start = first;
  try {
    const found = localStorage.getItem(slot) as T | null;
    if (found && allowed.includes(found)) start = found;
  } catch {
    // Blocked: the choice lives as long as the page.
  }
  const value = ref(start) as Ref<T>;
  watch(value, now => {
    try {
      localStorage.setItem(slot, now);
    } catch {
      // As above.
    }
  });
  return value;
}

export type Theme = 'system' | 'light' | 'dark';
export const theme = kept<Theme>('theme', ['system', 'light', 'dark'], 'system');
export const desktopNotices = kept<'on' | 'off'>('notices', ['on', 'off'], 'off');
export const enterSends = kept<'on' | 'off'>('enter', ['on', 'off'], 'on');

watch(theme, now => {
  document.documentElement.dataset.theme = now;
}, { immediate: true });

export type Language = 'zh' | 'en' | 'ru';
export const languages: readonly Language[] = ['zh', 'en', 'ru'];

function preferredLanguage(): Language {
  for (const tag of navigator.languages ?? []) {
    const found = languages.find(one => tag.toLowerCase().startsWith(one));
    if (found) return found;
  }
  return 'zh';
}

export const language = kept<Language>('language', languages, preferredLanguage());

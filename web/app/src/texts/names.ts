import type { Language } from '../app/settings.ts';

/** Each language by its own name. */
export const languageNames: Record<Language, string> = { zh: '中文', en: 'English', ru: 'Русский' };

import { isParleyError } from '@parley/client';
import { shallowRef, watch } from 'vue';
import { client } from '../app/state.ts';
import { language, type Language } from '../app/settings.ts';
import type { Texts } from './en.ts';

/** The texts of the page's language. Only that language is loaded. */
export const t = shallowRef<Texts>() as unknown as { value: Texts };

const catalogues: Record<Language, () => Promise<{ texts: Texts }>> = {
  zh: () => import('./zh.ts'),
  en: () => import('./en.ts'),
  ru: () => import('./ru.ts'),
};

async function load(name: Language): Promise<void> {
  const { texts } = await catalogues[name]();
  // A slower one must not overtake the last choice.
  if (name !== language.value) return;
  t.value = texts;
  document.documentElement.lang = name;
  if (client.value) client.value.lang = name;
}

/** Loads the first catalogue and follows the choice. */
export async function startTexts(): Promise<void> {
  watch(language, name => void load(name));
  await load(language.value);
}

/** What went wrong, as a sentence in the page's language: the server's texts are in it already. */
export function sentenceOf(error: unknown): string {
  if (!isParleyError(error)) return t.value.wrong;
  return t.value.errors[error.code] ?? (error.message && error.message !== error.code ? error.message : t.value.wrong);
}

/** The clock as the browser's own country has it, where it speaks the page's language. */
function place(): string {
  return navigator.languages.find(tag => tag.toLowerCase().startsWith(language.value)) ?? language.value;
}

/** Without "AM" and "PM", for a narrow column. */
export function clockFace(at: string): string {
  const parts = new Intl.DateTimeFormat(place(), { hour: 'numeric', minute: '2-digit' }).formatToParts(new Date(at));
  return parts.filter(part => part.type !== 'dayPeriod').map(part => part.value).join('').trim();
}

export function clock(at: string | number): string {
  return new Intl.DateTimeFormat(place(), { hour: 'numeric', minute: '2-digit' }).format(new Date(at));
}

export function day(at: string): string {
  const date = new Date(at);
  const today = new Date();
  const days = Math.round((startOf(today) - startOf(date)) / 86_400_000);
  if (days === 0 || days === 1) return capital(new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(-days, 'day'));
  const year = date.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(language.value, { weekday: 'long', day: 'numeric', month: 'long', year }).format(date);
}

/** The time if it is today, else the day. */
export function shortTime(at: string): string {
  const date = new Date(at);
  const today = startOf(date) === startOf(new Date());
  return today ? clock(at) : new Intl.DateTimeFormat(place(), { day: 'numeric', month: 'numeric' }).format(date);
}

/** Minutes and seconds that are left. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function moment(at: string | number): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

export function size(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  return new Intl.NumberFormat(language.value, { style: 'unit', unit: units[step], maximumFractionDigits: 1 }).format(bytes / 1024 ** step);
}

function startOf(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language.value) + text.slice(1);
}

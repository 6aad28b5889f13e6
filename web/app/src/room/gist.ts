import type { FileData } from '@parley/client';
import { t } from '../texts/index.ts';
import { visible } from './text.ts';

/** What a message says in a line: its words, else its files. */
export function gistOf({ content, attachments }: { content: string; attachments: readonly FileData[] }): string {
  const [first] = attachments;
  if (content || !first) return visible(content);
  return attachments.length === 1 ? visible(first.name) : t.value.files(attachments.length);
}

/** A piece of a message: plain text, or the address of a link. */
export interface Piece {
  text: string;
  href?: string;
}

// Characters that turn the direction of what follows, or show nothing, can make a text look like another one.
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with a sign in the place of each character that nobody could see. */
export function visible(text: string): string {
  return text.replace(hidden, '\ufffd');
}

const address = /https?:\/\/[^\s<>"'`，。；）】」]+/g;

/** Cuts a message at its http and https addresses; an end that belongs to the sentence stays outside. */
export function piecesOf(content: string): Piece[] {
  const text = visible(content);
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const href = match[0].replace(/[.,;:!?)\]}]+$/, '');
    if (!URL.canParse(href)) continue;
    if (match.index > from) out.push({ text: text.slice(from, match.index) });
    out.push({ text: href, href });
    from = match.index + href.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

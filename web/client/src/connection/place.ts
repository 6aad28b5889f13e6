import type { SocketClass } from './connection.ts';

/** Where the server is, with a `/` at its end: what was given, else the page's origin. */
export function serverAt(url: string | URL | undefined): URL {
  const base = new URL(url ?? globalThis.location?.origin ?? 'http://127.0.0.1:8000');
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

/** The address of a socket below `base`. */
export function socketUrl(base: URL, path: string, lang: string | undefined): URL {
  const url = new URL(path, base);
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
  if (lang) url.searchParams.set('lang', lang);
  return url;
}

/** What was given, else the browser's or Node's own, which is looked for when a socket is opened. */
export function socketsOf(given: SocketClass | undefined): () => SocketClass | undefined {
  return () => given ?? (globalThis.WebSocket as unknown as SocketClass | undefined);
}

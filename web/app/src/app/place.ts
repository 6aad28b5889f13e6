/** Where the server is, with a `/` at its end: the page's `<link rel="start">`, into which the server puts its base path. */
export const serverBase = new URL(document.querySelector<HTMLLinkElement>('link[rel=start]')?.href ?? '/');

/** The path of the application below the host, for the router. */
export const appPath = `${serverBase.pathname}app/`;

/** The address of a path that the server gave: it carries the base path already. */
export function placeOf(path: string): string {
  return new URL(path, serverBase).href;
}

// Where the server is, by the address of this file: a proxy may have put a path before all of it.
const root = new URL("../../", import.meta.url);

/** The address of a path without its first slash. */
export const at = (path) => root.href + path;

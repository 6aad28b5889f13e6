/** What the page's surroundings say. */
export type Wake = 'wake' | 'leave';

/**
 * Listens to the page: the network is back, the page is seen again, it comes out of the browser's cache (`wake`); it goes
 * there (`leave`). The answer stops it. Nothing happens outside of a browser.
 */
export function watchPage(tell: (what: Wake) => void): () => void {
  const page = globalThis.window;
  if (!page?.addEventListener || !globalThis.document) return () => undefined;
  const wake = (): void => tell('wake');
  const visible = (): void => {
    if (document.visibilityState === 'visible') tell('wake');
  };
  const leave = (event: PageTransitionEvent): void => {
    if (event.persisted) tell('leave');
  };
  const back = (event: PageTransitionEvent): void => {
    if (event.persisted) tell('wake');
  };
  // "offline" may be wrong: it only asks for a probe.
  for (const type of ['online', 'offline']) page.addEventListener(type, wake);
  document.addEventListener('visibilitychange', visible);
  document.addEventListener('resume', wake);
  page.addEventListener('pagehide', leave);
  page.addEventListener('pageshow', back);
  return () => {
    for (const type of ['online', 'offline']) page.removeEventListener(type, wake);
    document.removeEventListener('visibilitychange', visible);
    document.removeEventListener('resume', wake);
    page.removeEventListener('pagehide', leave);
    page.removeEventListener('pageshow', back);
  };
}

export function isHidden(): boolean {
  return globalThis.document?.visibilityState === 'hidden';
}

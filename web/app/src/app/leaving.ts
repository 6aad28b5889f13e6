import type { Store } from '@parley/client';

let running = 0;
const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** While the upload runs, the browser asks before the page is left. Without one, nothing listens: the page may rest in the cache. */
export function guardWhileRunning(state: Store<{ status: string }>): void {
  let counted = false;
  const follow = (): void => {
    const runs = state.getSnapshot().status === 'uploading';
    if (runs === counted) return;
    counted = runs;
    running += runs ? 1 : -1;
    if (running === 1 && runs) window.addEventListener('beforeunload', ask);
    if (running === 0) window.removeEventListener('beforeunload', ask);
  };
  state.subscribe(follow);
  follow();
}

import type { Store } from '@parley/client';
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';

/** A store of the library as a ref that follows it. */
export function useStore<T>(store: Store<T>): Readonly<ShallowRef<T>> {
  const value = shallowRef(store.getSnapshot());
  onScopeDispose(store.subscribe(() => {
    value.value = store.getSnapshot();
  }));
  return value;
}

/** The same, once a frame at most: what a hundred messages a second change is drawn as often as it can be seen. */
export function useStoreByFrame<T>(store: Store<T>): Readonly<ShallowRef<T>> {
  const value = shallowRef(store.getSnapshot());
  let waits: number | undefined;
  const take = (): void => {
    waits = undefined;
    value.value = store.getSnapshot();
  };
  const remove = store.subscribe(() => {
    // A hidden page has no frames.
    if (document.visibilityState === 'hidden') take();
    else waits ??= requestAnimationFrame(take);
  });
  onScopeDispose(() => {
    remove();
    if (waits !== undefined) cancelAnimationFrame(waits);
  });
  return value;
}

/** The same for a store that changes with its owner; `none` while there is no owner. */
export function useStoreOf<Owner, T>(owner: Ref<Owner | undefined>, store: (owner: Owner) => Store<T>, none: T): Readonly<ShallowRef<T>> {
  const value = shallowRef(none) as ShallowRef<T>;
  let remove: (() => void) | undefined;
  watch(owner, of => {
    remove?.();
    remove = undefined;
    value.value = none;
    if (of === undefined) return;
    const current = store(of);
    value.value = current.getSnapshot();
    remove = current.subscribe(() => {
      value.value = current.getSnapshot();
    });
  }, { immediate: true, flush: 'sync' });
  onScopeDispose(() => remove?.());
  return value;
}

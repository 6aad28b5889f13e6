import type { OutboxEntry, OutboxStore } from './outbox/outbox.ts';

export type { OutboxEntry, OutboxStore };

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('entries', { keyPath: 'clientMsgId' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Keeps what is unsent in the browser, for one user. Two tabs may send the same entry: its id makes that harmless.
 * Rejects where the browser gives no database; the outbox then lives as long as the page.
 */
export function indexedDBOutbox(user: string): OutboxStore {
  let opened: Promise<IDBDatabase> | undefined;
  const entries = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
    opened ??= open(`parley-outbox-${user}`);
    return (await opened).transaction('entries', mode).objectStore('entries');
  };
  return {
    load: async () => done((await entries('readonly')).getAll() as IDBRequest<OutboxEntry[]>),
    put: async entry => void (await done((await entries('readwrite')).put(entry))),
    remove: async id => done((await entries('readwrite')).delete(id)),
    clear: async () => done((await entries('readwrite')).clear()),
  };
}

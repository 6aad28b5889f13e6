import { ParleyError, type Client, type MessageType, type Room, type Store } from '@parley/client';
import type { FileUpload, UploadState } from '@parley/client/uploads';
import { shallowRef, watch, type ShallowRef } from 'vue';
import { guardWhileRunning } from '../app/leaving.ts';
import { client as current, connection } from '../app/state.ts';
import { t } from '../texts/index.ts';
import { toast } from '../ui/toasts.ts';
import { visible } from './text.ts';

/** Of one message. */
export const files_max = 10;
/** Browsers open six connections to a host: some are left for the rest of the page. */
const at_once = 3;
/** What the server checks and makes thumbnails of. */
const picture_types: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

const waiting: Parcel[] = [];
let running = 0;
let made = 0;

function startNext(): void {
  while (running < at_once) {
    const next = waiting.shift();
    if (!next) return;
    running += 1;
    void next.run().finally(() => {
      running -= 1;
      startNext();
    });
  }
}

/** Resolves when the upload has stopped, however that came. */
function stopped(state: Store<UploadState>): Promise<void> {
  return new Promise(resolve => {
    const remove = state.subscribe(() => {
      if (state.getSnapshot().status === 'uploading') return;
      remove();
      resolve();
    });
  });
}

/** A file that somebody chose for the next message of a room: it is stored at once, and named by the message. */
export class Parcel {
  readonly key: number = ++made;
  readonly file: File;
  /** As it is shown: nothing in it turns or hides the rest. */
  readonly name: string;
  readonly isPicture: boolean;
  /** The address of the picture within this page. */
  readonly preview: string | undefined;
  readonly state: ShallowRef<UploadState>;
  /** The number of the file, once it is stored. */
  readonly id = shallowRef<number>();
  readonly #client: Client;
  readonly #roomId: number;
  #upload: FileUpload | undefined;
  #gone = false;

  constructor(client: Client, roomId: number, file: File) {
    this.#client = client;
    this.#roomId = roomId;
    this.file = file;
    this.name = visible(file.name);
    this.isPicture = picture_types.includes(file.type);
    this.preview = this.isPicture ? URL.createObjectURL(file) : undefined;
    this.state = shallowRef<UploadState>({ status: 'uploading', sent: 0, total: file.size, rate: 0 });
    this.begin();
  }

  /** Waits for its turn; what failed is tried again. */
  begin(): void {
    this.state.value = { ...this.state.value, status: 'uploading', error: undefined };
    waiting.push(this);
    startNext();
  }

  async run(): Promise<void> {
    if (this.#gone) return;
    if (this.#upload) {
      this.#upload.resume();
      return stopped(this.#upload.state);
    }
    try {
      const { uploadFile } = await import('@parley/client/uploads');
      if (this.#gone) return;
      const upload = uploadFile(this.#client, this.#roomId, this.file);
      this.#upload = upload;
      upload.id.then(id => {
        this.id.value = id;
      }, () => undefined);
      guardWhileRunning(upload.state);
      upload.state.subscribe(() => {
        this.state.value = upload.state.getSnapshot();
      });
    } catch (cause) {
      // The part of the page that uploads is loaded with the first file.
      this.state.value = { ...this.state.value, status: 'failed', error: new ParleyError('offline', undefined, { cause }) };
      return;
    }
    await stopped(this.#upload.state);
  }

  cancel(): void {
    this.#gone = true;
    this.#upload?.cancel();
    this.forget();
  }

  /** The preview is not needed any more. */
  forget(): void {
    if (this.preview) URL.revokeObjectURL(this.preview);
  }
}

const trays = new Map<number, ShallowRef<readonly Parcel[]>>();
const shipped = new Map<string, readonly Parcel[]>();

// Whoever signs in next has nothing to do with them.
watch(current, () => {
  for (const tray of trays.values()) {
    for (const parcel of tray.value) parcel.cancel();
    tray.value = [];
  }
  trays.clear();
  shipped.clear();
});

// The network is back: what failed for want of it goes on.
watch(connection, now => {
  if (now.phase !== 'live') return;
  for (const tray of trays.values())
    for (const parcel of tray.value) if (parcel.state.value.error?.retryable) parcel.begin();
});

/** What lies ready for the next message; it stays when the room is left. */
export function trayOf(roomId: number): ShallowRef<readonly Parcel[]> {
  let tray = trays.get(roomId);
  if (!tray) {
    tray = shallowRef<readonly Parcel[]>([]);
    trays.set(roomId, tray);
  }
  return tray;
}

/** Takes files in; tells of those that no message can have. */
export function putIn(client: Client, roomId: number, files: Iterable<File>): void {
  const tray = trayOf(roomId);
  for (const file of files) {
    if (tray.value.length >= files_max) {
      toast({ text: t.value.filesMax(files_max), bad: true });
      return;
    }
    if (file.size === 0) toast({ text: t.value.emptyFile(visible(file.name)), bad: true });
    else tray.value = [...tray.value, new Parcel(client, roomId, file)];
  }
}

export function takeOut(roomId: number, parcel: Parcel): void {
  parcel.cancel();
  const tray = trayOf(roomId);
  tray.value = tray.value.filter(one => one !== parcel);
}

/** The files of a drop. Folders are none, and look like empty ones. */
export function filesOf(transfer: DataTransfer): File[] {
  const items = [...transfer.items].filter(item => item.kind === 'file');
  const files = items.filter(item => !item.webkitGetAsEntry?.()?.isDirectory).flatMap(item => item.getAsFile() ?? []);
  if (files.length < items.length) toast({ text: t.value.noFolders, bad: true });
  return files;
}

/**
 * Sends the words with what lies in the tray, all of which is stored. Where nothing more can wait, `refused` hears why, all stays,
 * and the answer is false.
 */
export function ship(room: Room, words: string, refused: (error: unknown) => void): boolean {
  const tray = trayOf(room.id);
  const parcels = tray.value;
  const attachments = parcels.flatMap(one => one.id.value ?? []);
  const type: MessageType = attachments.length === 0 ? 'text' : parcels.every(one => one.isPicture) ? 'image' : 'file';
  const { clientMsgId, acked } = room.send(words, { type, attachments });
  const waits = (): boolean => room.timeline.getSnapshot().pending.some(one => one.clientMsgId === clientMsgId);
  if (!waits()) {
    acked.catch(refused);
    return false;
  }
  if (parcels.length === 0) return true;
  tray.value = [];
  shipped.set(clientMsgId, parcels);
  const remove = room.timeline.subscribe(() => {
    if (waits()) return;
    remove();
    shipped.delete(clientMsgId);
    for (const parcel of parcels) parcel.forget();
  });
  return true;
}

/** The files of a message that waits to be sent; after a reload nothing but their number is known. */
export function shippedWith(clientMsgId: string): readonly Parcel[] {
  return shipped.get(clientMsgId) ?? [];
}

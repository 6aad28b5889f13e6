import { uploadVideo, type VideoUpload } from '@parley/client/uploads';
import type { Client } from '@parley/client';
import { shallowRef } from 'vue';
import { guardWhileRunning } from '../app/leaving.ts';

/** Uploads belong to their room and go on when it is left. */
export const uploads = shallowRef<readonly { roomId: number; upload: VideoUpload }[]>([]);

const playable = /^video\/(mp4|webm|ogg|quicktime|x-m4v|3gpp|x-matroska)$/;

/** Whether a browser says that it is a film of a kind that the server takes. */
export function isFilm(file: File): boolean {
  return playable.test(file.type);
}

export function startUpload(client: Client, roomId: number, file: File, done: () => void): void {
  const upload = uploadVideo(client, roomId, file);
  uploads.value = [...uploads.value, { roomId, upload }];
  guardWhileRunning(upload.state);
  const remove = upload.state.subscribe(() => {
    if (upload.state.getSnapshot().status !== 'done') return;
    remove();
    drop(upload);
    done();
  });
}

export function drop(upload: VideoUpload): void {
  uploads.value = uploads.value.filter(one => one.upload !== upload);
}

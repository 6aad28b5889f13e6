import { Upload, type HttpResponse } from 'tus-js-client';
import type { Client } from './client.ts';
import { Cell, type Store } from './emitter.ts';
import { isParleyError, ParleyError } from './errors.ts';

export interface UploadState {
  status: 'uploading' | 'paused' | 'done' | 'failed' | 'cancelled';
  sent: number;
  total: number;
  /** Bytes a second, over the last seconds. */
  rate: number;
  error?: ParleyError | undefined;
}

/** What is on its way to the server. */
export interface Upwards {
  readonly state: Store<UploadState>;
  pause(): void;
  /** Goes on after a pause, and tries again what failed. */
  resume(): void;
  /** Ends it and removes what the server has of it. */
  cancel(): void;
}

export interface VideoUpload extends Upwards {
  readonly title: string;
}

export interface FileUpload extends Upwards {
  readonly name: string;
  /** The number of the file, for `attachments`; rejects only if the upload is cancelled, for what failed can be resumed. */
  readonly id: Promise<number>;
}

const chunk_bytes = 8 * 1024 * 1024;
/** Between attempts that nobody has to ask for: a film may take its time, for a message somebody waits. */
const film_delays_ms = [0, 1_000, 3_000, 5_000, 10_000, 20_000];
const file_delays_ms = [0, 1_000, 3_000];

/**
 * Uploads a film to a room by tus, in pieces: it goes on after a cut, and after a reload if the same file is chosen again.
 * Tokens are asked for at each request; a refused one is refreshed, and never makes the upload begin anew.
 */
export function uploadVideo(client: Client, roomId: number, file: File, options: { title?: string } = {}): VideoUpload {
  const title = options.title ?? file.name.replace(/\.[^.]+$/, '');
  const { run, ...rest } = send(client, roomId, file, { title, filetype: file.type }, () => undefined);
  run(true);
  return { title, ...rest };
}

/**
 * Uploads a file for a message of the room, in pieces as a film; it goes on after a cut, not after a reload. The message names its
 * number: `room.send('', { attachments: [await uploadFile(client, room.id, file).id] })`.
 */
export function uploadFile(client: Client, roomId: number, file: File, options: { name?: string } = {}): FileUpload {
  const name = options.name ?? file.name;
  let resolve!: (id: number) => void;
  let reject!: (error: ParleyError) => void;
  const id = new Promise<number>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  id.catch(() => undefined); // nobody has to listen
  const told = { purpose: 'file', filename: name, filetype: file.type };
  const { run, ...rest } = send(client, roomId, file, told, answer => {
    const found = /\/files\/(\d+)\//.exec(answer.getHeader('Location') ?? '');
    if (!found) return new ParleyError('protocol', 'the upload ended without its file');
    resolve(Number(found[1]));
    return undefined;
  });
  run(false);
  return {
    name, id, ...rest,
    cancel: () => {
      rest.cancel();
      reject(new ParleyError('closed'));
    },
  };
}

/** One upload by tus; `made` hears the answer that ends it, and says what is wrong with that. */
function send(
  client: Client, roomId: number, file: File, metadata: Record<string, string>, made: (answer: HttpResponse) => ParleyError | undefined,
): Upwards & { run(goesOn: boolean): void } {
  const state = new Cell<UploadState>({ status: 'uploading', sent: 0, total: file.size, rate: 0 });
  const set = (change: Partial<UploadState>): void => state.set({ ...state.getSnapshot(), ...change });
  const isForMessage = metadata.purpose === 'file';
  let refused = false;
  let from = { at: performance.now(), sent: 0 };
  const upload = new Upload(file, {
    endpoint: client.address(`rooms/${roomId}/uploads`),
    metadata,
    chunkSize: chunk_bytes,
    retryDelays: isForMessage ? file_delays_ms : film_delays_ms,
    removeFingerprintOnSuccess: true,
    // Two uploads of one file for two purposes have one fingerprint; those that do not outlive the page need none.
    storeFingerprintForResuming: !isForMessage,
    onBeforeRequest: async request => {
      request.setHeader('Authorization', await client.authorization(refused));
      if (client.lang) request.setHeader('Accept-Language', client.lang);
      refused = false;
    },
    onShouldRetry: error => {
      const status = statusOf(error);
      if (status === 401) refused = true;
      return isPassing(status);
    },
    onProgress: sent => {
      const now = performance.now();
      const seconds = (now - from.at) / 1000;
      if (seconds < 1 && sent !== file.size) return set({ sent });
      const rate = seconds > 0 ? (sent - from.sent) / seconds : 0;
      from = { at: now, sent };
      return set({ sent, rate });
    },
    onSuccess: ({ lastResponse }) => {
      const error = made(lastResponse);
      set(error ? { status: 'failed', error } : { status: 'done', sent: file.size });
    },
    onError: error => set({ status: 'failed', error: errorOf(error) }),
  });
  return {
    state,
    run: goesOn => {
      const begin = async (): Promise<void> => {
        const earlier = goesOn ? await upload.findPreviousUploads().catch(() => []) : [];
        if (earlier[0]) upload.resumeFromPreviousUpload(earlier[0]);
        upload.start();
      };
      void begin();
    },
    pause: () => {
      void upload.abort();
      set({ status: 'paused', rate: 0 });
    },
    resume: () => {
      set({ status: 'uploading', error: undefined });
      upload.start();
    },
    cancel: () => {
      set({ status: 'cancelled', rate: 0 });
      void upload.abort(true).catch(() => undefined);
    },
  };
}

function statusOf(error: Error): number {
  return (error as { originalResponse?: HttpResponse | null }).originalResponse?.getStatus() ?? 0;
}

/** Whether the same request may do later: without an answer, where something else is in the way, or the server is not well. */
function isPassing(status: number): boolean {
  return status === 0 || status === 401 || status === 409 || status === 423 || status === 429 || status >= 500;
}

function errorOf(error: Error): ParleyError {
  if (isParleyError(error)) return error;
  const status = statusOf(error);
  if (status === 0) return new ParleyError('offline', undefined, { cause: error });
  const details = { status, retryable: isPassing(status), cause: error };
  try {
    const problem = JSON.parse((error as { originalResponse?: HttpResponse }).originalResponse?.getBody() ?? '');
    return new ParleyError(problem.code, problem.detail, { ...details, fields: problem.errors });
  } catch {
    // A proxy answers pages of its own: only the status says something.
    return new ParleyError(status >= 500 ? 'internal' : 'protocol', `HTTP ${status}`, details);
  }
}

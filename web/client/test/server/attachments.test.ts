import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadFile } from '../../src/uploads.ts';
import type { FileData, Message } from '../../src/index.ts';
import { Server } from '../../../test/server.ts';
import { fresh, makeRoom, person, type Person } from './people.ts';

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

let server: Server;
let ada: Person;
let bob: Person;
let room: number;

beforeAll(async () => {
  server = await new Server().start();
  [ada, bob] = [await person(server, server.address, fresh('ada')), await person(server, server.address, fresh('bob'))];
  room = await makeRoom(ada);
  await ada.open(room);
  await bob.open(room);
});
afterAll(async () => {
  for (const one of [ada, bob]) one?.client.disconnect();
  await server?.remove();
});

/** What bob hears next. */
function heard(): Promise<Message> {
  return new Promise(resolve => {
    const remove = bob.client.room(room).on('message', message => {
      remove();
      resolve(message);
    });
  });
}

async function bytesOf(file: FileData | undefined, what: 'url' | 'thumbnail_url' = 'url'): Promise<Buffer> {
  const answer = await fetch(new URL(file?.[what] ?? '', server.address));
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

test('a file that was stored reaches the others with its message, and its author', async () => {
  const file = await ada.client.addFile(room, new Blob([pixel], { type: 'image/png' }), { name: 'Ein Punkt.png' });
  expect(file).toMatchObject({ name: 'Ein Punkt.png', content_type: 'image/png', width: 1, height: 1, room_id: room });
  const next = heard();
  const sent = ada.client.room(room).send('', { attachments: [file.id], type: 'image' });
  const { message_id } = await sent.acked;
  const message = await next;
  expect([message.id, message.message_type, message.attachments.map(one => one.id)]).toEqual([message_id, 'image', [file.id]]);
  expect(await bytesOf(message.attachments[0])).toEqual(pixel);
  expect((await bytesOf(message.attachments[0], 'thumbnail_url')).length).toBeGreaterThan(0);
  const own = ada.client.room(room).timeline.getSnapshot().items.find(one => one.id === message_id);
  expect(own?.attachments.map(one => one.id)).toEqual([file.id]);
});

test('an upload in pieces ends with the number of a file', async () => {
  // In Node, tus-js-client takes buffers in place of a page's files.
  const content = Buffer.alloc(200_000, 'text ');
  const chosen = Object.assign(content, { name: 'notes.txt', type: 'text/plain', size: content.length }) as unknown as File;
  const upload = uploadFile(ada.client, room, chosen);
  const id = await upload.id;
  expect(upload.state.getSnapshot()).toMatchObject({ status: 'done', sent: content.length });
  const next = heard();
  await ada.client.room(room).send('read this', { attachments: [id] }).acked;
  const [file] = (await next).attachments;
  expect(file).toMatchObject({ id, name: 'notes.txt', content_type: 'text/plain', size: content.length, thumbnail_url: null });
  expect(await bytesOf(file)).toEqual(Buffer.from(content));
});

test('what pretends to be a picture ends an upload with the words of the server, in the language of the client', async () => {
  const content = Object.assign(Buffer.from('<script>'), { name: 'x.png', type: 'image/png', size: 8 }) as unknown as File;
  for (const [lang, word] of [['ru', /[а-я]/], ['zh', /\p{Script=Han}/u]] as const) {
    ada.client.lang = lang;
    const upload = uploadFile(ada.client, room, content);
    await expect.poll(() => upload.state.getSnapshot().status).toBe('failed');
    const { error } = upload.state.getSnapshot();
    expect(error).toMatchObject({ code: 'bad_image', status: 422, retryable: false });
    expect(error?.message).toMatch(word);
    upload.cancel();
  }
});

test('what the server refuses is told by its code', async () => {
  const page = new Blob(['<script>'], { type: 'image/png' });
  await expect(ada.client.addFile(room, page, { name: 'x.png' })).rejects.toMatchObject({ code: 'bad_image', status: 422 });
  const sent = ada.client.room(room).send('', { attachments: [2 ** 40] });
  await expect(sent.acked).rejects.toMatchObject({ code: 'file_not_found' });
  sent.cancel();
});

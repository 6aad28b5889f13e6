import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { landscape } from './pictures.ts';
import type { Server } from './support.ts';

/** A house with people, rooms and something to see on each page. */
export interface House {
  room: number;
  film: number;
  other: number;
  tokens: Map<string, string>;
}

const talk: [who: string, what: string][] = [
  ['ada', 'Good evening! Shall we watch the film at eight?'],
  ['林小雨', '好的，我八点准时到。要不要先把字幕准备好？'],
  ['ada', 'Subtitles would be great.'],
  ['ada', 'I put the trailer here: https://example.org/trailers/the-long-voyage?lang=en'],
  ['bob', 'Count me in. I will be five minutes late, start without me, I can catch up.'],
  ['Аня', 'Я тоже буду! Кто-нибудь возьмите попкорн.'],
  ['林小雨', '没问题，我带汽水'],
  ['bob', 'One question about the projector:\nis the cable in the upper drawer, or did somebody take it home after the last evening?'],
  ['ada', 'Upper drawer.'],
];

export async function furnish(server: Server): Promise<House> {
  const tokens = new Map<string, string>();
  const ids = new Map<string, number>();
  for (const name of ['ada', 'bob', '林小雨', 'Аня', 'mallory', 'newcomer']) {
    const token = await server.user(name);
    tokens.set(name, token);
    ids.set(name, (await server.call('GET', '/users/me', undefined, token)).id as unknown as number);
  }
  await server.promote('ada');
  const as = (name: string, method: string, path: string, body?: unknown): Promise<Record<string, never>> => server.call(method, path, body, tokens.get(name));
  const make = (owner: string, name: string, description: string, config: object): Promise<number> => server.room(tokens.get(owner), name, config, description);
  const room = await make('ada', 'Film club', 'Every Thursday at eight', {});
  const film = await make('ada', 'Film evening', '', { sync_mode: 'everyone' });
  const other = await make('bob', '深夜读书会', '每周一章，欢迎新朋友。现在读《红楼梦》。', { join_policy: 'approval' });
  await make('Аня', 'Горные походы', 'Маршруты, снаряжение и фотографии прошлых лет', {});
  const house = await make('bob', 'House and garden', 'Tools to lend, seeds to swap, and who waters the tomatoes in August', {});
  for (const name of ['bob', '林小雨', 'Аня', 'mallory']) for (const id of [room, film]) await as(name, 'POST', `/rooms/${id}/members`, {});
  await as('ada', 'POST', `/rooms/${house}/members`, {});
  await as('ada', 'PUT', `/rooms/${room}/members/${ids.get('bob')}`, { role: 'moderator' });
  await as('ada', 'PUT', `/rooms/${room}/members/${ids.get('Аня')}`, { muted_until: null });
  await as('ada', 'DELETE', `/rooms/${room}/members/${ids.get('mallory')}?ban=true`);
  const showRoof = async (): Promise<void> => {
    const token = tokens.get('林小雨');
    const attachments = [
      await server.file(token, room, 'roof, six in the evening.png', 'image/png', landscape(720, 460)),
      await server.file(token, room, 'roof, towards the hills.png', 'image/png', landscape(540, 460, 0.3)),
      await server.file(token, room, '节目单 Programme.pdf', 'application/pdf', 'x'.repeat(48_000)),
    ];
    await as('林小雨', 'POST', `/rooms/${room}/messages/`, { content: '屋顶也可以放映，你们看！', attachments });
  };
  for (const [who, content] of talk) {
    if (content === talk.at(-2)?.[1]) await showRoof();
    await as(who, 'POST', `/rooms/${room}/messages/`, { content });
  }
  await as('bob', 'POST', `/rooms/${house}/messages/`, { content: 'The ladder is back in the shed.' });
  await as('林小雨', 'POST', `/rooms/${film}/messages/`, { content: '开场那段配乐太好听了' });
  await as('bob', 'POST', `/rooms/${film}/messages/`, { content: 'Wait until you hear the ending.' });
  await as('bob', 'POST', `/rooms/${other}/members`, { user_id: ids.get('ada') });
  await as('ada', 'PUT', `/rooms/${room}/config`, { join_policy: 'approval' });
  await as('newcomer', 'POST', `/rooms/${room}/members`, {});
  const bytes = readFileSync(new URL('film.webm', import.meta.url));
  await fetch(`${server.address}/rooms/${film}/videos?title=${encodeURIComponent('The Long Voyage')}`, {
    method: 'POST', headers: { Authorization: `Bearer ${tokens.get('ada')}`, 'Content-Type': 'video/webm' }, body: bytes,
  });
  await as('ada', 'POST', `/rooms/${film}/videos`, { title: 'Interview with the director', url: 'https://media.example/interview.mp4' });
  await as('ada', 'POST', '/realtime/tasks', { connection_id: 'transcode/long-voyage', status: 'running', progress: 62, message: 'Second pass of two', data: { fps: 48.2 } });
  return { room, film, other, tokens };
}

/** Every page and its states: how one gets there from the page that somebody signed in to; `open` ones need nobody. */
export interface Scene {
  name: string;
  path: (house: House) => string;
  ready: string;
  open?: true;
  act?: (page: Page) => Promise<void>;
}

export const scenes: readonly Scene[] = [
  { name: 'login', path: () => 'login', ready: 'input[name=username]', open: true },
  { name: 'register', path: () => 'register', ready: 'input[name=email]', open: true },
  { name: 'guest', path: house => `guest/${house.room}`, ready: 'input[name=guest]', open: true },
  { name: 'home', path: () => '', ready: '.room-list .room-row .name' },
  { name: 'discover', path: () => 'discover', ready: '.room-card' },
  { name: 'new', path: () => 'new', ready: '.presets', act: page => page.locator('details summary').click() },
  { name: 'inbox', path: () => 'inbox', ready: '.room-card' },
  { name: 'room', path: house => `r/${house.room}`, ready: '.message[data-id]' },
  { name: 'members', path: house => `r/${house.room}?panel=members`, ready: '.person' },
  { name: 'videos', path: house => `r/${house.film}?panel=videos`, ready: '.film' },
  { name: 'settings', path: house => `r/${house.room}?panel=settings`, ready: '.side-panel .config' },
  { name: 'me', path: () => 'me', ready: '.sessions li' },
  { name: 'tasks', path: () => 'tasks/transcode/long-voyage', ready: '.task progress' },
  {
    name: 'admin', path: () => 'admin', ready: '.chart',
    act: async page => {
      await page.locator('.chart strong', { hasText: /\d/ }).first().waitFor();
    },
  },
  { name: 'missing', path: () => 'r/999', ready: '.empty h1' },
  {
    name: 'message menu', path: house => `r/${house.room}`, ready: '.message[data-id]',
    act: async page => {
      await page.locator('.message[data-id]').last().focus();
      await page.keyboard.press('Enter');
      await page.locator('.menu-item').first().waitFor();
    },
  },
  {
    name: 'question', path: house => `r/${house.room}?panel=settings`, ready: '.side-panel .config',
    act: async page => {
      await page.locator('.side-panel .button.danger').last().click();
      await page.locator('dialog').waitFor();
    },
  },
  {
    name: 'player', path: house => `r/${house.film}?panel=videos`, ready: '.film',
    act: async page => {
      await page.locator('.film', { hasText: 'The Long Voyage' }).locator('.button').click();
      await page.locator('video').waitFor();
    },
  },
  {
    name: 'tray', path: house => `r/${house.room}`, ready: '.message[data-id]',
    act: async page => {
      await page.locator('.composer input[type=file]').setInputFiles([
        { name: 'the roof at noon.png', mimeType: 'image/png', buffer: landscape(320, 200) },
        { name: 'A list of everything that has to be carried upstairs before eight.txt', mimeType: 'text/plain', buffer: Buffer.from('chairs') },
        { name: 'not a picture.png', mimeType: 'image/png', buffer: Buffer.from('chairs') },
      ]);
      await page.locator('.parcel [role=alert]').waitFor();
      await page.waitForFunction(() => document.querySelector('.parcel progress') === null); // of both
    },
  },
  {
    name: 'dropping', path: house => `r/${house.room}`, ready: '.message[data-id]',
    act: async page => {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['chairs'], 'chairs.txt'));
        document.querySelector('.messages')?.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
      });
      await page.locator('.drop-veil').waitFor();
    },
  },
  {
    name: 'viewer', path: house => `r/${house.room}`, ready: '.shot',
    act: async page => {
      await page.locator('.shot').first().click();
      await page.locator('.viewer img').waitFor();
      await page.waitForFunction(() => (document.querySelector('.viewer img') as HTMLImageElement | null)?.complete);
    },
  },
  {
    name: 'waiting', path: house => `r/${house.room}`, ready: '.message[data-id]',
    act: async page => {
      await page.context().setOffline(true);
      await page.locator('.composer textarea').fill('This waits until the network is back.');
      await page.locator('.composer .send').click();
      await page.locator('.message.waits').waitFor();
    },
  },
];

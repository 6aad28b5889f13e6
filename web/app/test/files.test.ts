import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { overflows } from './axe.ts';
import { landscape } from './pictures.ts';
import { cleanUp, launch, say, Server, visit } from './support.ts';

// Files of messages: chosen, dropped and pasted, seen and saved by another person.

const most_bytes = 300_000;
const evening = landscape(640, 400);
const morning = landscape(300, 420, 0.2);
const notes = Buffer.from('Who brings what\n\tada: the projector\n');

let server: Server;
let browser: Browser;
let ada: string;
let bob: string;

beforeAll(async () => {
  server = await new Server().start('--set', `limits.file_bytes=${most_bytes}`);
  browser = await launch();
  [ada, bob] = [await server.user('ada'), await server.user('bob')];
});
cleanUp(() => ({ server, browser }));

/** A room with both people in it. */
async function shared(name: string, config: object = {}): Promise<number> {
  const room = await server.room(ada, name, config);
  await server.call('POST', `/rooms/${room}/members`, {}, bob);
  return room;
}

async function enter(as: string, room: number, options: object = {}): Promise<Page> {
  const page = await visit(browser, server, { as, ...options });
  await page.goto(`${server.address}/app/r/${room}`);
  await page.locator('.composer textarea').waitFor();
  return page;
}

const chooser = (page: Page): Locator => page.locator('.composer input[type=file]');
const parcels = (page: Page): Locator => page.locator('.parcel');
const stored = (page: Page): Promise<void> => expect.poll(() => page.locator('.parcel progress, .parcel.bad').count()).toBe(0);
/** Whether the browser could draw it. */
const drawn = (picture: Locator): Promise<void> => expect.poll(() => picture.evaluate(one => (one as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);

/** Something is pasted or dropped, as the browser tells it. */
function bring(page: Page, at: string, type: 'paste' | 'drop' | 'dragover', files: [name: string, type: string, base64: string][], words?: string): Promise<void> {
  return page.evaluate(({ at, type, files, words }) => {
    const data = new DataTransfer();
    for (const [name, kind, base64] of files) data.items.add(new File([Uint8Array.from(atob(base64), one => one.charCodeAt(0))], name, { type: kind }));
    if (words !== undefined) data.setData('text/plain', words);
    const more = { bubbles: true, cancelable: true };
    const event = type === 'paste' ? new ClipboardEvent(type, { ...more, clipboardData: data }) : new DragEvent(type, { ...more, dataTransfer: data });
    document.querySelector(at)?.dispatchEvent(event);
  }, { at, type, files, words });
}

async function said(room: number): Promise<{ id: number; content: string; message_type: string; attachments: { id: number; name: string; url: string }[] }[]> {
  return (await server.call('GET', `/rooms/${room}/messages/?limit=200`, undefined, ada)).items as never;
}

test('pictures and a file go with words; the other one opens and saves them, by keyboard, and they end with the message', async () => {
  const room = await shared('Pictures');
  const [here, there] = [await enter('ada', room), await enter('bob', room)];
  // By keyboard: the button stands before the text.
  await here.locator('.composer textarea').focus();
  await here.keyboard.press('Shift+Tab');
  expect(await here.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Attach files');
  const choice = here.waitForEvent('filechooser');
  await here.getByRole('button', { name: 'Attach files' }).press('Enter');
  await (await choice).setFiles([
    { name: 'evening.png', mimeType: 'image/png', buffer: evening },
    { name: 'morning.png', mimeType: 'image/png', buffer: morning },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: notes },
  ]);
  expect(await parcels(here).locator('.name').allTextContents()).toEqual(['evening.png', 'morning.png', 'notes.txt']);
  for (const n of [0, 1]) await drawn(parcels(here).nth(n).locator('img'));
  await stored(here);
  await say(here, 'how it was');
  const [own, heard] = [here, there].map(page => page.locator('.message[data-id]', { hasText: 'how it was' })) as [Locator, Locator];
  await heard.waitFor();
  await own.waitFor();
  expect(await parcels(here).count()).toBe(0);
  expect(await here.locator('.message.waits').count()).toBe(0);
  for (const one of [own, heard]) {
    expect(await one.locator('.shot').count()).toBe(2);
    await drawn(one.locator('.shot img').first());
  }
  // Its place is there before it is loaded: nothing below it moves.
  expect(await heard.locator('.shot img').first().evaluate(one => one.getAttribute('width'))).toBe('240');

  await heard.getByRole('button', { name: 'Open the picture evening.png' }).focus();
  await there.keyboard.press('Enter');
  const viewer = there.getByRole('dialog', { name: 'evening.png' });
  await drawn(viewer.locator('img'));
  expect(await viewer.locator('img').evaluate(one => [(one as HTMLImageElement).naturalWidth, (one as HTMLImageElement).naturalHeight])).toEqual([640, 400]);
  await there.keyboard.press('ArrowRight');
  await there.getByRole('dialog', { name: 'morning.png' }).waitFor();
  await there.keyboard.press('ArrowLeft');
  await viewer.waitFor();
  await there.keyboard.press('Escape');
  await there.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await there.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Open the picture evening.png');

  const saving = there.waitForEvent('download');
  await heard.getByRole('link', { name: /notes\.txt/ }).focus();
  await there.keyboard.press('Enter');
  const download = await saving;
  expect(download.suggestedFilename()).toBe('notes.txt');
  expect(readFileSync(await download.path())).toEqual(notes);

  const [message] = await said(room);
  expect(message).toMatchObject({ content: 'how it was', message_type: 'file' });
  await server.call('DELETE', `/messages/${message?.id}`, undefined, ada);
  await there.getByText('This message was deleted.', { exact: true }).waitFor();
  expect(await there.locator('.shot, .sheet').count()).toBe(0);
});

test('what is pasted or dropped goes without words, and the list of rooms says what it was', async () => {
  const [room, other] = [await shared('Dropped'), await shared('Elsewhere')];
  const [here, there] = [await enter('ada', room), await enter('bob', other)];
  const picture: [string, string, string] = ['image.png', 'image/png', morning.toString('base64')];
  // Cells of a table come as a picture, too: their words are what is wanted.
  await bring(here, '.composer textarea', 'paste', [picture], 'a\tb');
  expect(await parcels(here).count()).toBe(0);
  await bring(here, '.composer textarea', 'paste', [picture]);
  await parcels(here).first().waitFor();
  await bring(here, '.messages', 'dragover', [picture]);
  await here.locator('.drop-veil').waitFor();
  await bring(here, '.messages', 'drop', [['plan.pdf', 'application/pdf', notes.toString('base64')]]);
  await here.locator('.drop-veil').waitFor({ state: 'detached' });
  expect(await parcels(here).count()).toBe(2);
  await parcels(here).last().getByRole('button', { name: 'Remove plan.pdf' }).click();
  await stored(here);
  await here.locator('.composer textarea').press('Enter');
  await here.locator('.message[data-id] .shot').waitFor();
  const row = there.locator('.room-row', { hasText: 'Dropped' });
  await row.getByText('ada: image.png').waitFor();
  await row.click();
  const heard = there.locator('.message[data-id]').last();
  await drawn(heard.locator('.shot img'));
  expect(await heard.locator('.body').count()).toBe(0);
  expect((await said(room)).map(one => [one.content, one.message_type, one.attachments.length])).toEqual([['', 'image', 1]]);
  // A file that misses its place does not take the page away.
  await bring(here, '.room-list', 'drop', [picture]);
  expect(await parcels(here).count()).toBe(0);
  expect(new URL(here.url()).pathname).toBe(`/app/r/${room}`);
});

test('an upload shows how far it is, goes on while its room is left, can be taken back, and sends the message when it is there', async () => {
  const [room, other] = [await shared('Slow'), await shared('Aside')];
  const page = await enter('ada', room);
  const wire = await page.context().newCDPSession(page);
  const upload = (bytes: number): Promise<unknown> =>
    wire.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
  await upload(40_000);
  const big = { name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(250_000, 'x') };
  await chooser(page).setInputFiles([big, { ...big, name: 'unwanted.bin' }]);
  const progress = parcels(page).first().locator('progress');
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0.1);
  await page.locator('.composer textarea').fill('here it comes');
  await page.keyboard.press('Enter');
  await page.getByText('Sent as soon as the files are stored.').waitFor();
  expect(await said(room)).toEqual([]);
  await page.getByRole('button', { name: 'Remove unwanted.bin' }).click();
  expect(await parcels(page).count()).toBe(1);
  await page.locator('.room-row', { hasText: 'Aside' }).click();
  await page.getByRole('heading', { level: 1, name: 'Aside' }).waitFor();
  await page.getByText('Say hello!').waitFor();
  expect(await parcels(page).count()).toBe(0);
  await page.locator('.room-row', { hasText: 'Slow' }).click();
  await parcels(page).getByText('big.bin').waitFor();
  expect(await page.locator('.composer textarea').inputValue()).toBe('here it comes');
  await page.locator('.composer textarea').press('Enter');
  await upload(-1);
  await page.locator('.message[data-id]', { hasText: 'here it comes' }).locator('.sheet', { hasText: 'big.bin' }).waitFor();
  expect((await said(room)).map(one => one.attachments.map(file => file.name))).toEqual([['big.bin']]);
  expect(await said(other)).toEqual([]);
});

test('what the server refuses is told in its words, in the language of the page; what failed on the way is tried again', async () => {
  const room = await shared('Refused');
  const page = await enter('ada', room, { locale: 'zh-CN' });
  await chooser(page).setInputFiles([
    { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(most_bytes + 1) },
    { name: 'lie.png', mimeType: 'image/png', buffer: Buffer.from('<script>document.title="owned"</script>') },
    { name: 'fine.txt', mimeType: 'text/plain', buffer: notes },
    { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  await page.getByText('empty.txt 是空文件。').waitFor();
  for (const name of ['large.bin', 'lie.png']) {
    const parcel = parcels(page).filter({ hasText: name });
    const words = (await parcel.getByRole('alert').textContent()) ?? '';
    expect(words, name).toMatch(/\p{Script=Han}/u);
    // It would be refused again.
    expect(await parcel.getByRole('button', { name: /重试/ }).count(), name).toBe(0);
    await page.locator('.composer textarea').fill('nothing goes while something is refused');
    expect(await page.locator('.composer .send').isDisabled()).toBe(true);
    await parcel.getByRole('button', { name: `移除 ${name}` }).click();
  }
  await stored(page);
  let broken = 0;
  await page.route(/\/uploads$/, route => {
    broken += 1;
    return route.fulfill({ status: 503, body: 'the proxy has no server' });
  });
  await chooser(page).setInputFiles({ name: 'later.txt', mimeType: 'text/plain', buffer: notes });
  const parcel = parcels(page).filter({ hasText: 'later.txt' });
  await parcel.getByRole('alert').waitFor();
  expect(broken).toBeGreaterThan(1);
  await page.unroute(/\/uploads$/);
  await parcel.getByRole('button', { name: '重试: later.txt' }).click();
  await stored(page);
  await page.locator('.composer textarea').fill('the rest');
  await page.keyboard.press('Enter');
  await page.locator('.message[data-id]', { hasText: 'the rest' }).locator('.sheet').nth(1).waitFor();
  expect((await said(room)).map(one => one.attachments.map(file => file.name))).toEqual([['fine.txt', 'later.txt']]);
});

test('no message has more files than it may; files and messages with files wait through outages and a reload', async () => {
  const room = await shared('Many');
  const page = await enter('ada', room);
  await chooser(page).setInputFiles(Array.from({ length: 12 }, (_, n) => ({ name: `${n}.txt`, mimeType: 'text/plain', buffer: notes })));
  await page.getByText('A message has at most 10 files.').waitFor();
  await stored(page);
  await server.stop('SIGKILL');
  await page.getByText('No connection.').waitFor();
  await say(page, 'all ten');
  await page.locator('.message.waits .sheet').nth(9).waitFor();
  await chooser(page).setInputFiles(['meanwhile.txt', 'too.txt'].map(name => ({ name, mimeType: 'text/plain', buffer: notes })));
  await parcels(page).nth(1).getByRole('alert').waitFor();
  await server.start();
  await page.locator('.message[data-id]', { hasText: 'all ten' }).locator('.sheet').nth(9).waitFor();
  // Nobody presses anything: the network is back.
  await stored(page);
  await server.stop('SIGKILL');
  await page.getByText('No connection.').waitFor();
  await say(page, 'over a reload');
  await page.locator('.message.waits .sheet').nth(1).waitFor();
  // The page is there again before its connection is.
  await server.start();
  let shut = true;
  await page.routeWebSocket(/\/ws\b/, socket => void (shut ? socket.close() : socket.connectToServer()));
  await page.reload();
  await page.locator('.message.waits').getByText('2 files').waitFor();
  shut = false;
  await page.locator('.message[data-id]', { hasText: 'over a reload' }).locator('.sheet').nth(1).waitFor();
  expect((await said(room)).map(one => [one.content, one.attachments.length])).toEqual([['all ten', 10], ['over a reload', 2]]);
});

test('who may not write has no place for files; a guest sees those of others', async () => {
  const room = await shared('Muted', { allow_guests: true });
  const guest = await visit(browser, server);
  await guest.goto(`${server.address}/app/guest/${room}`);
  await guest.getByRole('button', { name: 'Enter' }).click();
  await guest.getByText('Say hello!').waitFor();
  const page = await enter('bob', room);
  await page.getByRole('button', { name: 'Attach files' }).waitFor();
  const me = (await server.call('GET', '/users/me', undefined, bob)).id;
  await server.call('PUT', `/rooms/${room}/members/${me}`, { muted_until: '2099-01-01T00:00:00.000Z' }, ada);
  await page.getByRole('button', { name: 'Attach files' }).waitFor({ state: 'detached' });
  for (const [at, how] of [['.composer textarea', 'paste'], ['.messages', 'drop']] as const) {
    await bring(page, at, how, [['image.png', 'image/png', morning.toString('base64')]]);
    expect(await parcels(page).count()).toBe(0);
  }
  const file = await server.file(ada, room, 'evening.png', 'image/png', evening);
  await server.call('POST', `/rooms/${room}/messages/`, { content: '', attachments: [file] }, ada);
  for (const one of [page, guest]) await drawn(one.locator('.message .shot img'));
});

test('an address that has ended is asked for again', async () => {
  const room = await shared('Ended');
  const file = await server.file(ada, room, 'notes.txt', 'text/plain', notes);
  await server.call('POST', `/rooms/${room}/messages/`, { content: 'old', attachments: [file] }, ada);
  const page = await enter('bob', room);
  const asked: string[] = [];
  page.on('request', request => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  let ended = true;
  await page.route(/\/files\/\d+\/content/, route => {
    if (!ended) return route.continue();
    ended = false;
    return route.fulfill({ status: 403 });
  });
  const saving = page.waitForEvent('download');
  await page.locator('.sheet', { hasText: 'notes.txt' }).click();
  expect(readFileSync(await (await saving).path())).toEqual(notes);
  const [message] = await said(room);
  expect(asked).toContain(`GET /messages/${message?.id}`);
});

/** Names that would inject, spoof or break the layout, and types that lie. */
const hostile: [name: string, type: string][] = [
  ['<script>document.title="owned"</script>.html', 'text/html'], ['"><img src=x onerror=document.title="owned">.svg', 'image/svg+xml'],
  ['page.xhtml', 'application/xhtml+xml'], ['\u202egnp.exe', 'application/x-msdownload'], ['../../etc/passwd', 'text/plain'], ['..\\..\\boot.ini', 'text/plain'],
  ['a"; filename="evil.html', 'text/html'], ['line\r\nSet-Cookie: a=b.txt', 'text/plain'], ['W'.repeat(255), 'text/plain'], ['\u0301'.repeat(200) + 'x', 'text/plain'],
  ['photo.png.html', 'text/html'], ['movie.webm', 'video/webm'], ['sheet.css', 'text/css'], ['run.js', 'text/javascript'], ['﷽'.repeat(60) + '.pdf', 'application/pdf'],
  ['{{constructor.constructor("alert(1)")()}}', 'text/plain'], ['__proto__', 'text/plain'], ['ا'.repeat(120) + '.txt', 'text/plain'], ['\u2066\u2069\u200f.txt', 'text/plain'], ['👩‍👩‍👧‍👦'.repeat(20) + '.zip', 'application/zip'],
];

test('files with hostile names and types that lie stay in their boxes, and none of them runs', async () => {
  const room = await shared('Hostile');
  const script = '<!doctype html><script>document.title="owned"</script><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
  for (let at = 0; at < hostile.length; at += 5) {
    const ids: number[] = [];
    for (const [name, type] of hostile.slice(at, at + 5)) ids.push(await server.file(ada, room, name, type, script));
    await server.call('POST', `/rooms/${room}/messages/`, { content: '', attachments: ids }, ada);
  }
  // A picture that says that it is a page is a picture; a page that says that it is one is refused.
  const truth = await server.file(ada, room, 'page.html', 'text/html', evening);
  await server.call('POST', `/rooms/${room}/messages/`, { content: 'a picture', attachments: [truth] }, ada);
  await expect(server.file(ada, room, 'x.gif', 'image/gif', script)).rejects.toThrow('bad_image');

  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    const page = await enter('bob', room, { viewport });
    await page.locator('.sheet').nth(hostile.length - 1).waitFor();
    await drawn(page.locator('.message', { hasText: 'a picture' }).locator('.shot img'));
    expect(await overflows(page)).toBe(false);
    expect(await page.title()).not.toContain('owned');
    const outside = await page.locator('.sheet, .shot').evaluateAll(all => all.filter(one => {
      const box = one.getBoundingClientRect();
      return box.left < 0 || box.right > innerWidth || box.height > 120 && one.classList.contains('sheet');
    }).map(one => one.textContent));
    expect(outside).toEqual([]);
    expect(await page.locator('.sheet', { hasText: 'gnp.exe' }).locator('.name').textContent()).toBe('\ufffdgnp.exe');
    expect(await page.locator('main iframe, main script, main style, main embed, main object, .sheet img').count()).toBe(0);
    await page.context().close();
  }
  // By its address alone, each is saved: nothing of it is shown.
  const page = await enter('bob', room);
  for (const { attachments } of await said(room)) {
    for (const file of attachments.filter(one => one.name !== 'page.html')) {
      const answer = await fetch(server.address + file.url);
      expect(answer.headers.get('content-disposition'), file.name).toMatch(/^attachment/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    }
    const first = attachments[0];
    if (!first || first.name === 'page.html') continue;
    const saving = page.waitForEvent('download');
    await page.goto(server.address + first.url).catch(() => undefined);
    await saving;
    expect(new URL(page.url()).pathname).toBe(`/app/r/${room}`);
  }
  // The same names on the way up.
  await chooser(page).setInputFiles(hostile.slice(0, 4).map(([name, mimeType]) => ({ name: name.replaceAll('/', '_'), mimeType, buffer: Buffer.from(script) })));
  await stored(page);
  expect(await overflows(page)).toBe(false);
  expect(await page.title()).not.toContain('owned');
  expect(await parcels(page).count()).toBe(4);
});

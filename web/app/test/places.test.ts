import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, launch, say, Server, visit } from './support.ts';

let server: Server;
let browser: Browser;
const tokens = new Map<string, string>();
const folder = mkdtempSync(join(tmpdir(), 'parley-places-'));

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  for (const name of ['ada', 'bob', 'root']) tokens.set(name, await server.user(name));
  await server.promote('root');
});
cleanUp(() => ({ server, browser }));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const rowOf = (page: Page, name: string) => page.locator('.room-row', { has: page.locator('.name', { hasText: name }) });

test('the list of rooms follows what happens elsewhere: last words, what is unread, and the order', async () => {
  const quiet = await server.room(tokens.get('ada'), 'Quiet');
  const busy = await server.room(tokens.get('ada'), 'Busy');
  for (const room of [quiet, busy]) await server.call('POST', `/rooms/${room}/members`, {}, tokens.get('bob'));
  const page = await visit(browser, server, { as: 'bob' });
  await page.goto(`${server.address}/app/`);
  await rowOf(page, 'Busy').waitFor();
  await server.call('POST', `/rooms/${quiet}/messages/`, { content: 'is anybody here?' }, tokens.get('ada'));
  await rowOf(page, 'Quiet').getByText('ada: is anybody here?').waitFor();
  await rowOf(page, 'Quiet').locator('.badge').getByText('1').waitFor();
  expect(await page.locator('.room-row .name').first().textContent()).toBe('Quiet');
  await server.call('POST', `/rooms/${quiet}/messages/`, { content: 'hello?' }, tokens.get('ada'));
  await rowOf(page, 'Quiet').locator('.badge').getByText('2').waitFor();
  expect(await page.title()).toBe('(2) Parley');
  await rowOf(page, 'Quiet').click();
  await page.locator('.message[data-id]', { hasText: 'hello?' }).waitFor();
  await page.locator('.day.unread').waitFor();
  await rowOf(page, 'Quiet').locator('.badge').waitFor({ state: 'detached' });
  // Read here is read on the other devices, too.
  const other = await visit(browser, server, { as: 'bob' });
  await rowOf(other, 'Quiet').waitFor();
  await expect.poll(() => rowOf(other, 'Quiet').locator('.badge').count()).toBe(0);
});

test('who is signed in elsewhere is listed, ended one by one or all at once', async () => {
  const here = await visit(browser, server, { as: 'bob' });
  const there = await visit(browser, server, { as: 'bob' });
  await here.goto(`${server.address}/app/me`);
  await here.locator('.sessions').getByText('Here', { exact: true }).waitFor();
  const listed = await here.locator('.sessions li').count();
  expect(listed).toBeGreaterThanOrEqual(3);
  await here.locator('.sessions').getByRole('button', { name: 'Sign out there' }).first().click();
  await expect.poll(() => here.locator('.sessions li').count()).toBe(listed - 1);
  await here.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect.poll(() => here.locator('.sessions li').count()).toBe(1);
  await there.getByRole('dialog').getByText('You were signed out').waitFor();
  expect(await here.getByRole('dialog').count()).toBe(0);
});

test('who is blocked is listed, and that can be taken back', async () => {
  const room = await server.room(tokens.get('ada'), 'Blocks');
  // The test before ended the logins of bob.
  const login = await server.call('POST', '/token', new URLSearchParams({ username: 'bob', password: 'correct horse' }));
  await server.call('POST', `/rooms/${room}/members`, {}, login.access_token as unknown as string);
  const page = await visit(browser, server, { as: 'bob' });
  await page.goto(`${server.address}/app/r/${room}?panel=members`);
  await page.getByRole('button', { name: 'Actions for ada' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).click();
  await page.getByText('ada is blocked').waitFor();
  await page.goto(`${server.address}/app/me`);
  await page.locator('.person', { hasText: 'ada' }).getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('You block nobody.').waitFor();
});

test('an account ends by its password, with its messages if that is wished', async () => {
  const token = await server.user('zoe');
  const room = await server.room(tokens.get('ada'), 'Farewell');
  await server.call('POST', `/rooms/${room}/members`, {}, token);
  await server.call('POST', `/rooms/${room}/messages/`, { content: 'goodbye' }, token);
  const page = await visit(browser, server, { as: 'zoe' });
  await page.goto(`${server.address}/app/me`);
  await page.getByRole('button', { name: 'End this account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Delete my messages, too').check();
  await dialog.getByRole('textbox', { name: 'Current password' }).fill('not this one');
  await dialog.getByRole('button', { name: 'End this account' }).click();
  await dialog.locator('.fault').waitFor();
  await dialog.getByRole('textbox', { name: 'Current password' }).fill('correct horse');
  await dialog.getByRole('button', { name: 'End this account' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const { items } = (await server.call('GET', `/rooms/${room}/messages/`, undefined, tokens.get('ada'))) as unknown as { items: { content: string; deleted: boolean }[] };
  expect(items.filter(one => one.content === 'goodbye')).toEqual([]);
  await expect(server.call('POST', '/token', new URLSearchParams({ username: 'zoe', password: 'correct horse' }))).rejects.toThrow('401');
});

test('a guest talks without an account, hears what is said from then on, and is refused where guests are', async () => {
  const open = await server.room(tokens.get('ada'), 'Porch', { allow_guests: true });
  const closed = await server.room(tokens.get('ada'), 'Parlour', { allow_guests: false });
  await server.call('POST', `/rooms/${open}/messages/`, { content: 'said before' }, tokens.get('ada'));
  const ada = await visit(browser, server, { as: 'ada' });
  await ada.goto(`${server.address}/app/r/${open}`);
  const guest = await visit(browser, server);
  await guest.goto(`${server.address}/app/guest/${open}`);
  await guest.getByLabel('Your name').fill('Zoë');
  await guest.getByRole('button', { name: 'Enter' }).click();
  await guest.getByText('Say hello!').waitFor();
  expect(await guest.getByText('said before').count()).toBe(0);
  await guest.locator('.composer input').fill('hello from the porch');
  await guest.keyboard.press('Enter');
  await ada.locator('.message[data-id]', { hasText: 'hello from the porch' }).waitFor();
  await say(ada, 'welcome');
  await guest.locator('.message', { hasText: 'welcome' }).waitFor();
  await guest.locator('.message', { hasText: 'hello from the porch' }).getByText('Zoë').waitFor();

  await guest.goto(`${server.address}/app/guest/${open}`);
  await guest.getByLabel('Your name').fill('ada');
  await guest.getByRole('button', { name: 'Enter' }).click();
  await guest.locator('.fault').waitFor();
  await guest.goto(`${server.address}/app/guest/${closed}`);
  await guest.getByRole('button', { name: 'Enter' }).click();
  await guest.getByText('This room takes no guests').waitFor();
});

test('a task shows how far it is, live, and is remembered on this device', async () => {
  const page = await visit(browser, server, { as: 'bob' });
  await page.goto(`${server.address}/app/tasks`);
  await page.getByPlaceholder('Id of the task').fill('build/42');
  await page.getByRole('button', { name: 'Follow' }).click();
  await page.getByText('Nothing was published under this id yet.').waitFor();
  const publish = (more: object): Promise<unknown> => server.call('POST', '/realtime/tasks', { connection_id: 'build/42', ...more }, tokens.get('ada'));
  await publish({ status: 'running', progress: 40, message: 'compiling', data: { file: '<b>main.cpp</b>' } });
  await page.getByText('compiling').waitFor();
  expect(await page.locator('.task progress').getAttribute('value')).toBe('40');
  await page.getByText('Data', { exact: true }).click();
  await page.getByText('<b>main.cpp</b>').waitFor();
  await server.stop('SIGKILL');
  await server.start();
  await expect.poll(async () => {
    await publish({ status: 'done', progress: 100, message: 'linked' });
    return page.getByText('linked').count();
  }, { timeout: 30_000 }).toBe(1);
  await page.reload();
  await page.getByText('linked').waitFor();
  await page.getByRole('link', { name: 'build/42' }).click();
  await page.getByRole('button', { name: 'Forget: build/42' }).click();
  await page.getByText('You follow no task').waitFor();
});

test('the administrator sees what moves, closes a connection, and reads why it ended', async () => {
  const page = await visit(browser, server, { as: 'root' });
  await page.goto(`${server.address}/app/admin`);
  const chart = page.locator('.chart', { hasText: 'HTTP answers a second' });
  await chart.waitFor();
  const line = (): Promise<string> => chart.locator('polyline').getAttribute('points').then(points => points ?? '');
  await expect.poll(async () => (await line()).split(' ').length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  const before = await line();
  await expect.poll(line, { timeout: 20_000 }).not.toBe(before);
  await chart.getByText('As a table').click();
  await chart.locator('td').first().waitFor();

  const bob = await visit(browser, server, { as: 'bob' });
  await bob.getByRole('heading', { name: 'Hello, bob' }).waitFor();
  const row = page.locator('tbody tr', { has: page.locator('td', { hasText: /^bob$/ }) }).filter({ hasText: 'rooms' });
  await row.first().getByRole('button', { name: 'Close' }).click();
  await bob.getByText('An administrator closed the connection.').waitFor();
  await page.locator('.why input').fill('bob');
  await page.locator('.ends-list li', { hasText: '4403' }).getByText('closed by an administrator').first().waitFor();
  await bob.getByRole('button', { name: 'Connect again' }).click();
  await bob.locator('.strip').waitFor({ state: 'detached' });
  // Nobody else is shown any of it.
  await bob.goto(`${server.address}/app/admin`);
  await bob.getByRole('alert').waitFor();
  expect(await bob.locator('.tile').count()).toBe(0);
});

test('a film of 60 MB goes on after a cut and after a reload, and is watched', async () => {
  const room = await server.room(tokens.get('ada'), 'Upload', { sync_mode: 'owner' });
  // A film and an element that players skip: EBML's "Void" with a length of eight bytes.
  const film = readFileSync(new URL('film.webm', import.meta.url));
  const rest = 60 * 1024 * 1024 - film.length - 9;
  const head = Buffer.alloc(9);
  head[0] = 0xec;
  head.writeBigUInt64BE((1n << 56n) | BigInt(rest), 1);
  const path = join(folder, 'long film.webm');
  writeFileSync(path, Buffer.concat([film, head, Buffer.alloc(rest)]));
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${room}?panel=videos`);
  const wire = await page.context().newCDPSession(page);
  const network = (offline: boolean, up: number): Promise<unknown> =>
    wire.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: up });
  await network(false, 6 * 1024 * 1024);
  await page.locator('.drop input[type=file]').setInputFiles(path);
  const sent = async (): Promise<number> => Number((await page.locator('.upload progress').getAttribute('value')) ?? 0);
  await expect.poll(sent, { timeout: 60_000 }).toBeGreaterThan(0.2);
  await network(true, -1);
  await page.getByText('No connection.').waitFor();
  await network(false, 6 * 1024 * 1024);
  const atCut = await sent();
  await expect.poll(sent, { timeout: 60_000 }).toBeGreaterThan(Math.max(0.45, atCut));
  page.once('dialog', dialog => void dialog.accept());
  await page.reload();
  await page.locator('.drop').waitFor();
  await page.locator('.drop input[type=file]').setInputFiles(path);
  // It goes on where the server has it, not from the beginning.
  await page.locator('.upload progress').waitFor();
  await expect.poll(sent).toBeGreaterThan(0.2);
  await network(false, -1);
  await page.locator('.film', { hasText: 'long film' }).getByRole('button', { name: 'Watch together' }).click();
  await page.locator('video').waitFor();
  await page.locator('.player').getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1);
  const { items } = (await server.call('GET', `/rooms/${room}/videos`, undefined, tokens.get('ada'))) as unknown as { items: { size: number }[] };
  expect(items.map(one => one.size)).toEqual([60 * 1024 * 1024]);
});

test('what only pretends to be a film is refused, and never runs', async () => {
  const room = await server.room(tokens.get('ada'), 'Lies');
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${room}?panel=videos`);
  await page.locator('.drop').waitFor();
  const script = Buffer.from('<!doctype html><script>document.title = "owned"</script>');
  await page.locator('.drop input[type=file]').setInputFiles({ name: '<img src=x onerror=alert(1)>.html', mimeType: 'text/html', buffer: script });
  await page.getByText('This is not a video that browsers play.').waitFor();
  await page.locator('.drop input[type=file]').setInputFiles({ name: 'lie.webm', mimeType: 'video/webm', buffer: script });
  await page.locator('.film, .upload .fault').first().waitFor();
  const { items } = (await server.call('GET', `/rooms/${room}/videos`, undefined, tokens.get('ada'))) as unknown as { items: { url: string }[] };
  for (const one of items) {
    const answer = await fetch(server.address + one.url);
    expect(answer.headers.get('content-type')).toBe('video/webm');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect(await page.title()).not.toContain('owned');
});

import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Proxy } from '../../client/test/server/proxy.ts';
import { cleanUp, launch, openTab, say, Server, signIn, visit } from './support.ts';

let server: Server;
let browser: Browser;
let room: number;
let token: string;

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'], args: ['--host-resolver-rules=MAP parley.test 127.0.0.1'] });
  token = await server.user('ada');
  await server.user('bob');
  room = await server.room(token, 'Storm');
});
cleanUp(() => ({ server, browser }));

/** What the room holds, as the server has it. */
async function stored(of = room): Promise<string[]> {
  const page = await server.call('GET', `/rooms/${of}/messages/?limit=200`, undefined, token);
  return (page.items as unknown as { content: string }[]).map(one => one.content);
}

const shown = (page: Page): Promise<string[]> => page.locator('.message[data-id] .body').allTextContents();

/** One page writes twenty messages while its network is away; another one talks meanwhile. */
async function sendThroughCut(page: Page, proxy: Proxy, of: number): Promise<void> {
  const expected = Array.from({ length: 20 }, (_, n) => `cut ${n}`);
  for (let n = 0; n < 20; n += 1) {
    if (n === 5) proxy.cut(true);
    await say(page, `cut ${n}`);
  }
  await page.locator('.strip', { hasText: 'No connection.' }).waitFor();
  await server.call('POST', `/rooms/${of}/messages/`, { content: 'said meanwhile' }, token);
  proxy.cut();
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.locator('.message[data-id]', { hasText: 'cut 19' }).waitFor();
  const all = await stored(of);
  expect(all.filter(one => one.startsWith('cut'))).toEqual(expected);
  await expect.poll(() => shown(page)).toEqual(all);
}

test('twenty messages that are written while the network is away arrive once each and in order', async () => {
  const proxy = await new Proxy(() => server.port).start();
  const page = await visit(browser, server, { as: 'ada', at: proxy.address });
  await page.goto(`${proxy.address}/app/r/${room}`);
  await page.getByText('Say hello!').waitFor();
  await sendThroughCut(page, proxy, room);
  await proxy.stop();
});

test('edits and deletions made while a page was away are there when it is back', async () => {
  const quiet = await server.room(token, 'Away');
  const ids: number[] = [];
  for (const content of ['stays', 'is edited', 'is deleted'])
    ids.push((await server.call('POST', `/rooms/${quiet}/messages/`, { content }, token)).message_id as unknown as number);
  const proxy = await new Proxy(() => server.port).start();
  const page = await visit(browser, server, { as: 'ada', at: proxy.address });
  await page.goto(`${proxy.address}/app/r/${quiet}`);
  await page.locator('.message[data-id]', { hasText: 'is deleted' }).waitFor();
  proxy.cut(true);
  await page.locator('.strip', { hasText: 'No connection.' }).waitFor();
  await server.call('PUT', `/messages/${ids[1]}`, { content: 'was edited' }, token);
  await server.call('DELETE', `/messages/${ids[2]}`, undefined, token);
  proxy.cut();
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect.poll(() => shown(page)).toEqual(['stays', 'was edited', 'This message was deleted.']);
  await proxy.stop();
});

test('a page comes out of the cache of the browser and has what was said meanwhile', async () => {
  const cached = await server.room(token, 'Cache');
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${cached}`);
  await page.getByText('Say hello!').waitFor();
  await page.evaluate(() => {
    document.body.dataset.kept = 'yes';
  });
  await page.goto(`${server.address}/docs`);
  await server.call('POST', `/rooms/${cached}/messages/`, { content: 'while it was away' }, token);
  // It is there again, and is not loaded.
  await page.goBack({ waitUntil: 'commit' });
  await page.locator('.message[data-id]', { hasText: 'while it was away' }).waitFor();
  expect(await page.evaluate(() => document.body.dataset.kept), 'the very page, not a new one').toBe('yes');
  await say(page, 'back again');
  await page.locator('.message[data-id]', { hasText: 'back again' }).waitFor();
});

test('a drained server sends the page away and has it back when it restarted', async () => {
  const drained = await server.room(token, 'Drain');
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${drained}`);
  await page.getByText('Say hello!').waitFor();
  await server.stop('SIGTERM');
  await page.getByText('The server restarts, back in a moment.').waitFor();
  await say(page, 'said while it was away');
  await server.start();
  await page.locator('.message[data-id]', { hasText: 'said while it was away' }).waitFor();
  expect(await stored(drained)).toEqual(['said while it was away']);
});

test('over plain HTTP, where browsers give less, people sign up, talk through a cut and over a reload', async () => {
  const proxy = await new Proxy(() => server.port).start();
  // Not "localhost" and no loopback address: to the browser this is no secure context.
  const address = `http://parley.test:${new URL(proxy.address).port}`;
  const page = await visit(browser, server, { at: address });
  expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'randomUUID' in crypto, navigator.clipboard !== undefined])).toEqual([false, false, false, false]);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.locator('input[name=email]').fill('lan@example.org');
  await page.getByLabel('User name').fill('lan');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: 'Hello, lan' }).waitFor();
  const plain = await server.room(token, 'Plain');
  await page.goto(`${address}/app/r/${plain}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByText('Say hello!').waitFor();
  await sendThroughCut(page, proxy, plain);
  proxy.cut(true);
  await page.locator('.strip', { hasText: 'No connection.' }).waitFor();
  for (let n = 0; n < 3; n += 1) await say(page, `over a reload ${n}`);
  await page.getByText('Waits to be sent').first().waitFor();
  proxy.cut();
  await page.reload();
  await page.locator('.message[data-id]', { hasText: 'over a reload 2' }).waitFor();
  expect((await stored(plain)).slice(-3)).toEqual([0, 1, 2].map(n => `over a reload ${n}`));
  await proxy.stop();
});

test('three tabs that sleep an hour, wake together and lose an answer sign nobody out', async () => {
  const proxy = await new Proxy(() => server.port).start();
  const context = await browser.newContext({ locale: 'en' });
  const refreshes: string[] = [];
  const tabs: Page[] = [];
  for (let n = 0; n < 3; n += 1) {
    const tab = await openTab(context, proxy.address, `tab ${n}`);
    await tab.goto(`${proxy.address}/app/`);
    if (n === 0) await signIn(tab, 'bob');
    await tab.getByRole('heading', { name: 'Hello, bob' }).waitFor();
    tab.on('request', request => request.url().endsWith('/token/refresh') && refreshes.push(`tab ${n}`));
    tabs.push(tab);
  }
  const lost = proxy.loseAnswerTo(/POST \/token\/refresh/);
  // The clock of each says that its token has ended; then all ask the server at once.
  for (const tab of tabs) {
    await tab.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 3_600_000;
    });
  }
  await Promise.all(tabs.map(tab => tab.getByRole('link', { name: 'Me', exact: true }).click()));
  await lost;
  // Whose answer was lost, asks again with the same key; the others take over what the first one got.
  for (const tab of tabs) {
    await tab.getByRole('link', { name: 'Inbox' }).click();
    await tab.getByRole('link', { name: 'Me', exact: true }).click();
    await tab.locator('.sessions').getByText('Here', { exact: true }).waitFor();
    expect(await tab.getByText('You were signed out').count()).toBe(0);
  }
  // One for all of them, or one each; the lost one again, by the page or by the browser itself.
  expect(refreshes.length).toBeGreaterThanOrEqual(1);
  expect(refreshes.length).toBeLessThanOrEqual(4);
  await context.close();
  await proxy.stop();
});

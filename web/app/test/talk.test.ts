import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { cleanUp, launch, say, Server, signIn, visit } from './support.ts';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
});
cleanUp(() => ({ server, browser }));

async function register(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.locator('input[name=email]').fill(`${name}@example.org`);
  await page.getByLabel('User name').fill(name);
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
}

async function makeRoom(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'New room' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create the room' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

test('two people sign up, one makes a room and invites, both talk, edit, delete and see what was read', async () => {
  const ada = await visit(browser, server);
  await register(ada, 'ada');
  const bob = await visit(browser, server);
  await register(bob, 'bob');

  await makeRoom(ada, 'Engine room');
  await ada.getByPlaceholder('Search by name').fill('bo');
  await ada.getByRole('list', { name: 'Invite' }).getByRole('button', { name: 'Invite' }).click();

  // Live, in the toast and in the badge of the inbox.
  await bob.getByText('ada invites you to “Engine room”').first().waitFor();
  await bob.getByRole('link', { name: /Inbox/ }).click();
  await bob.locator('.page').getByRole('button', { name: 'Accept' }).click();
  await bob.getByRole('heading', { level: 1, name: 'Engine room' }).waitFor();
  await bob.getByText('Say hello!').waitFor();

  await ada.locator('.composer textarea').pressSequentially('Hel');
  await bob.getByText('ada is typing…').waitFor();
  await say(ada, 'Hello Bob, see https://example.org/a?b=1.');
  const heard = bob.locator('.message', { hasText: 'Hello Bob' });
  await heard.waitFor();
  expect(await heard.locator('a').getAttribute('href')).toBe('https://example.org/a?b=1');
  expect(await heard.locator('a').getAttribute('rel')).toContain('noopener');
  await bob.bringToFront();
  await say(bob, 'Hi Ada');
  await ada.locator('.message', { hasText: 'Hi Ada' }).waitFor();
  await ada.getByRole('button', { name: 'Read by 1' }).first().waitFor();

  await bob.locator('.composer textarea').press('ArrowUp');
  await bob.locator('.composer textarea').fill('Hi Ada!');
  await bob.keyboard.press('Enter');
  await ada.locator('.message', { hasText: 'Hi Ada!' }).getByText('edited').waitFor();

  await bob.locator('.message', { hasText: 'Hi Ada!' }).hover();
  await bob.getByRole('button', { name: 'More', exact: true }).click();
  await bob.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.locator('.message').getByText('This message was deleted.').waitFor();
});

test('a session survives a reload, and signing out ends it', async () => {
  await server.user('carol');
  const page = await visit(browser, server, { as: 'carol' });
  await page.reload();
  await page.getByRole('heading', { name: 'Hello, carol' }).waitFor();
  await page.goto(`${server.address}/app/me`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(key => key.includes('session')))).toEqual([]);
  await page.goto(`${server.address}/app/r/1`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, 'carol');
  expect(new URL(page.url()).pathname).toBe('/app/r/1');
});

test('messages that were written while the server was away arrive once each and in order, over a reload', async () => {
  const token = await server.user('dora');
  const room = await server.room(token, 'Storm');
  const page = await visit(browser, server, { as: 'dora' });
  await page.goto(`${server.address}/app/r/${room}`);
  await page.getByText('Say hello!').waitFor();
  await say(page, 'before');
  await page.locator('.message[data-id]', { hasText: 'before' }).waitFor();
  await server.stop('SIGKILL');
  for (let n = 1; n <= 5; n += 1) await say(page, `storm ${n}`);
  await page.getByText('Waits to be sent').first().waitFor();
  await page.getByText('No connection.').waitFor();
  await server.start();
  await page.reload();
  for (let n = 1; n <= 5; n += 1) await page.locator('.message[data-id]', { hasText: `storm ${n}` }).waitFor();
  const history = await server.call('GET', `/rooms/${room}/messages/`, undefined, await login('dora'));
  expect((history.items as unknown as { content: string }[]).map(one => one.content)).toEqual(['before', ...[1, 2, 3, 4, 5].map(n => `storm ${n}`)]);
});

async function login(name: string): Promise<string> {
  return (await server.call('POST', '/token', new URLSearchParams({ username: name, password: 'correct horse' }))).access_token as unknown as string;
}

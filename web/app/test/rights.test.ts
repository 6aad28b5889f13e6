import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { cleanUp, launch, Server, visit } from './support.ts';

// What the page offers in a room is what the server says that one may (Room.me.may), which tests/integration/test_room_me.py
// holds equal to the authorization matrix.

let server: Server;
let browser: Browser;
const tokens = new Map<string, string>();
const ids = new Map<string, number>();
const people = ['owner', 'moderator', 'member', 'muted', 'stranger', 'asked', 'invited', 'banned', 'subject', 'asker'] as const;
const films = new Map<number, number>();

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  for (const name of people) {
    const token = await server.user(name);
    tokens.set(name, token);
    ids.set(name, (await server.call('GET', '/users/me', undefined, token)).id as unknown as number);
  }
});
cleanUp(() => ({ server, browser }));

const as = (name: string, method: string, path: string, body?: unknown): Promise<Record<string, never>> => server.call(method, path, body, tokens.get(name));

/** A room with one of everybody; who has asked, and who was invited, waits. */
async function makeRoom(config: object): Promise<number> {
  const room = await server.room(tokens.get('owner'), 'Order');
  for (const name of ['moderator', 'member', 'muted', 'subject', 'banned']) await as(name, 'POST', `/rooms/${room}/members`, {});
  await as('owner', 'PUT', `/rooms/${room}/members/${ids.get('moderator')}`, { role: 'moderator' });
  await as('owner', 'PUT', `/rooms/${room}/members/${ids.get('muted')}`, { muted_until: '2099-01-01T00:00:00.000Z' });
  await as('owner', 'DELETE', `/rooms/${room}/members/${ids.get('banned')}?ban=true`);
  await as('subject', 'POST', `/rooms/${room}/messages/`, { content: 'what subject said' });
  films.set(room, (await as('owner', 'POST', `/rooms/${room}/videos`, { title: 'a film', url: 'https://media.example/film.mp4' })).id as unknown as number);
  await as('owner', 'PUT', `/rooms/${room}/config`, { join_policy: 'approval' });
  for (const name of ['asked', 'asker']) await as(name, 'POST', `/rooms/${room}/members`, {});
  await as('owner', 'POST', `/rooms/${room}/members`, { user_id: ids.get('invited') });
  await as('owner', 'PUT', `/rooms/${room}/config`, config);
  return room;
}

const shown = async (page: Page, name: string | RegExp): Promise<boolean> => (await page.getByRole('button', { name, exact: true }).count()) > 0;

/** The actions that a page offers to somebody who is not in the room. */
async function offersOutside(page: Page): Promise<string[]> {
  const out: string[] = [];
  if (await shown(page, 'Join')) out.push('join');
  if (await shown(page, 'Ask to join')) out.push('ask');
  if (await shown(page, 'Withdraw')) out.push('withdraw');
  return out;
}

/** The actions that it offers to a member: each panel is opened, and the menus of the subject and of what it said. */
async function offersInside(page: Page, room: number): Promise<string[]> {
  const out: string[] = [];
  const add = (is: boolean, ...names: string[]): void => void (is && out.push(...names));
  await page.locator('.messages ol').waitFor({ state: 'attached' });
  await page.locator('.message[data-id], .list-start').first().waitFor();
  const said = page.locator('.message[data-id]', { hasText: 'what subject said' });
  add((await said.count()) > 0, 'read_history');
  await page.locator('.composer textarea').fill('a word');
  const maySend = await page.getByRole('button', { name: 'Send', exact: true }).isEnabled();
  add(maySend, 'send');
  expect(await shown(page, 'Attach files'), 'files go where words do').toBe(maySend);
  add((await page.locator('.strip', { hasText: 'asker asks to join' }).count()) > 0, 'answer_requests');
  if ((await said.count()) > 0) {
    await said.hover();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Read by' }).waitFor();
    add((await page.getByRole('menuitem', { name: 'Delete' }).count()) > 0, 'delete_any');
    await page.keyboard.press('Escape');
  }

  await page.goto(`${server.address}/app/r/${room}?panel=members`);
  await page.locator('.person').first().waitFor();
  add((await page.getByPlaceholder('Search by name').count()) > 0, 'invite');
  await page.getByRole('button', { name: 'Actions for subject' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).waitFor();
  for (const [label, action] of [['Make moderator', 'set_role'], ['Mute for an hour', 'mute'], ['Remove from the room', 'remove'], ['Ban', 'ban'], ['Make owner', 'transfer']] as const)
    add((await page.getByRole('menuitem', { name: label, exact: true }).count()) > 0, action);

  await page.goto(`${server.address}/app/r/${room}?panel=videos`);
  await page.locator('.film').first().waitFor();
  add((await page.locator('.drop').count()) > 0, 'add_video');
  add(await shown(page, 'Watch together'), 'steer');

  await page.goto(`${server.address}/app/r/${room}?panel=settings`);
  await page.locator('.side-panel .config').waitFor();
  add(await page.getByLabel('Name', { exact: true }).isEnabled(), 'edit');
  add(await shown(page, 'Save'), 'configure');
  add(await shown(page, 'Leave the room'), 'leave');
  add(await shown(page, 'Dissolve the room'), 'dissolve');
  return out;
}

const configs = {
  'by request, the owner steers': { join_policy: 'approval', history: 'all', sync_mode: 'owner' },
  'open, everybody steers, nothing old': { join_policy: 'open', history: 'none', sync_mode: 'everyone' },
  'by invitation, no films': { join_policy: 'invite', history: 'since_join', sync_mode: 'off' },
};

test.each(Object.entries(configs))('each button is what the server allows: %s', async (_name, config) => {
  const room = await makeRoom(config);
  for (const name of ['owner', 'moderator', 'member', 'muted', 'stranger', 'asked', 'invited', 'banned']) {
    const { me } = (await as(name, 'GET', `/rooms/${room}`)) as unknown as { me: { role: string | null; may: string[] } };
    const page = await visit(browser, server, { as: name });
    await page.goto(`${server.address}/app/r/${room}`);
    await page.locator(me.role ? '.composer' : '.empty h1').waitFor();
    const offered = me.role ? await offersInside(page, room) : await offersOutside(page);
    expect(offered.sort(), name).toEqual([...me.may].sort());
    await page.context().close();
  }
}, 300_000);

test('who is removed from an open room stays out over a reconnect, and may come back by hand', async () => {
  const room = await makeRoom({ join_policy: 'open', sync_mode: 'owner' });
  const page = await visit(browser, server, { as: 'member' });
  await page.goto(`${server.address}/app/r/${room}`);
  await page.locator('.message[data-id]').first().waitFor();
  // The news of the removal is lost with the connection.
  await server.stop('SIGKILL');
  await page.getByText('No connection.').waitFor();
  await server.start();
  await as('owner', 'DELETE', `/rooms/${room}/members/${ids.get('member')}`);
  await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
  const details = (await as('owner', 'GET', `/rooms/${room}/details`)) as unknown as { members: { username: string }[] };
  expect(details.members.map(one => one.username)).not.toContain('member');
  await page.getByText('You are no longer a member of this room').waitFor();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator('.composer textarea').waitFor();
});

test('a role, a mute and a removal change the page at once', async () => {
  const room = await makeRoom({ join_policy: 'open', sync_mode: 'owner' });
  const page = await visit(browser, server, { as: 'member' });
  await page.goto(`${server.address}/app/r/${room}?panel=members`);
  await page.getByRole('button', { name: 'Actions for subject' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).waitFor();
  expect(await page.getByRole('menuitem', { name: 'Ban' }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await as('owner', 'PUT', `/rooms/${room}/members/${ids.get('member')}`, { role: 'moderator' });
  await page.locator('.person', { hasText: 'member' }).getByText('Moderator').first().waitFor();
  await expect.poll(async () => {
    await page.getByRole('button', { name: 'Actions for subject' }).click();
    const may = await page.getByRole('menuitem', { name: 'Ban', exact: true }).count();
    await page.keyboard.press('Escape');
    return may;
  }).toBe(1);
  await as('stranger', 'POST', `/rooms/${room}/members`, {});
  await page.locator('.person', { hasText: 'stranger' }).waitFor();
  await as('owner', 'DELETE', `/rooms/${room}/members/${ids.get('stranger')}`);
  await page.locator('.person', { hasText: 'stranger' }).waitFor({ state: 'detached' });
  await as('owner', 'DELETE', `/rooms/${room}/members/${ids.get('member')}`);
  await page.getByText('You are no longer a member of this room').waitFor();
});

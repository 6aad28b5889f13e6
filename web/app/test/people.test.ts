import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { cleanUp, launch, say, Server, visit } from './support.ts';

let server: Server;
let browser: Browser;
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  for (const name of ['ada', 'bob', 'eve']) tokens.set(name, await server.user(name));
});
cleanUp(() => ({ server, browser }));

async function open(name: string, path: string): Promise<Page> {
  const page = await visit(browser, server, { as: name });
  await page.goto(`${server.address}/app/${path}`);
  return page;
}

test('who asks to come in is let in above the composer; the invitation of a member asks twice', async () => {
  const room = await server.room(tokens.get('ada'), 'By request', { join_policy: 'approval' });
  const ada = await open('ada', `r/${room}`);
  await ada.getByText('Say hello!').waitFor();
  const bob = await open('bob', `r/${room}`);
  await bob.getByRole('button', { name: 'Ask to join' }).click();
  await bob.getByText('Your request is with the owner.').waitFor();
  await ada.locator('.strip', { hasText: 'bob asks to join' }).getByRole('button', { name: 'Accept' }).click();
  await bob.goto(`${server.address}/app/r/${room}?panel=members`);

  await bob.getByPlaceholder('Search by name').fill('eve');
  await bob.getByRole('list', { name: 'Invite' }).getByRole('button', { name: 'Invite' }).click();
  await bob.getByText('eve was invited').waitFor();
  const eve = await open('eve', 'inbox');
  await eve.getByText('The owner still has to agree.').waitFor();
  await eve.locator('.page').getByRole('button', { name: 'Accept' }).click();
  await ada.locator('.strip', { hasText: 'eve asks to join' }).getByRole('button', { name: 'Accept' }).click();
  await eve.goto(`${server.address}/app/r/${room}`);
  await eve.locator('.composer textarea').waitFor();
  await say(eve, 'in at last');
  await ada.locator('.message', { hasText: 'in at last' }).waitFor();
});

test('who is muted is told until when and keeps what was written; who is banned is out, and comes back when that is lifted', async () => {
  const room = await server.room(tokens.get('ada'), 'Order');
  await server.call('POST', `/rooms/${room}/members`, {}, tokens.get('bob'));
  const ada = await open('ada', `r/${room}?panel=members`);
  const bob = await open('bob', `r/${room}`);
  await bob.getByText('Say hello!').waitFor();
  const act = async (name: string): Promise<void> => {
    await ada.getByRole('button', { name: 'Actions for bob' }).click();
    await ada.getByRole('menuitem', { name, exact: true }).click();
  };

  // Nobody can send what would be refused; what was written stays, and goes when the mute is lifted.
  await bob.locator('.composer textarea').fill('am I heard?');
  await act('Mute for 5 minutes');
  await ada.getByText('bob: Mute for 5 minutes').waitFor();
  await bob.locator('.muted', { hasText: 'Muted until' }).getByText(/^4:\d\d$/).waitFor();
  await ada.locator('.person', { hasText: 'bob' }).getByText('Muted until').waitFor({ state: 'attached' });
  expect(await bob.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  await bob.locator('.composer textarea').press('Enter');
  expect(await bob.locator('.composer textarea').inputValue()).toBe('am I heard?');
  await act('Unmute');
  await bob.locator('.muted').waitFor({ state: 'detached' });
  await bob.locator('.composer textarea').press('Enter');
  await ada.locator('.message[data-id]', { hasText: 'am I heard?' }).waitFor();

  await act('Ban');
  await ada.getByRole('dialog').getByRole('button').last().click();
  await bob.locator('.empty h1').waitFor();
  await ada.getByRole('button', { name: 'Lift the ban' }).click();
  await ada.getByRole('button', { name: 'Lift the ban' }).waitFor({ state: 'detached' });
  await bob.reload();
  await bob.getByRole('button', { name: 'Join' }).click();
  await bob.locator('.message[data-id]', { hasText: 'am I heard?' }).waitFor();
});

import type { Browser } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { faults, overflows } from './axe.ts';
import { cleanUp, launch, Server, visit } from './support.ts';

let server: Server;
let browser: Browser;
let room: number;

/** Names and texts that would inject, spoof or break the layout of a page that trusted them. */
const hostile = [
  '<script>document.title="owned"</script>', '<img src=x onerror="document.title=\'owned\'">', '"><svg onload=alert(1)>', '{{constructor.constructor("alert(1)")()}}',
  'javascript:alert(1)', 'http://a"onmouseover="alert(1)', 'https://example.org/<b>', '[x](javascript:alert(1))', '\u202egnp.exe', 'a\u2066\u2067\u2068\u2069b', 'a\u0301\u0302\u0303'.repeat(60),
  'W'.repeat(900), '\u200f\u200eabc', '﷽'.repeat(40), 'data:text/html,<script>alert(1)</script>', '&lt;b&gt;&amp;', '${7*7}', '<style>*{display:none}</style>', '<!--', '\ufeffx', '</textarea><script>1</script>',
  'https://xn--80ak6aa92e.com/', 'HTTPS://EXAMPLE.ORG', 'https://example.org/?a=1&b=<script>', 'http://user:pass@example.org/', 'https://', 'https://[::1]/', 'ftp://example.org', '//example.org', '\n\n\n\n\n\n\n\nend',
  '<iframe srcdoc="<script>top.document.title=1</script>">', '<a href="javascript:alert(1)">x</a>', '<math><mtext></mtext><img src=x onerror=alert(1)></math>', '<base href="https://evil.example/">', '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<link rel=stylesheet href=https://evil.example/x.css>', '<form action=https://evil.example><button>Sign in</button></form>', '\'-alert(1)-\'', '";alert(1)//', '\\u003cscript\\u003e', '%3Cscript%3Ealert(1)%3C/script%3E', '__proto__', 'constructor', '[object Object]',
  'https://exаmple.org/', 'https://example.org@evil.example/', 'https://evil.example/#https://example.org', 'https://example.org\u202e/gro.live', 'https://' + 'a'.repeat(250) + '.example/', 'https://example.org/' + '%20'.repeat(300), 'http://[::ffff:127.0.0.1]/', 'https://example.org/\u0000'.replace('\u0000', ''),
  '👩‍👩‍👧‍👦'.repeat(80), '\u{1d173}\u{e0041}tagged', 'A' + '\u0489'.repeat(200), '\ufdfa'.repeat(30), 'ا'.repeat(400), '中'.repeat(400), '\u00ad'.repeat(50) + 'soft', '\t\ttabs\tand\tmore',
];
/** The same as names of rooms, titles of films and links to them, as far as the server takes them. */
let taken = { rooms: 0, films: 0 };

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  const token = await server.user('ada');
  await server.user('bob');
  room = await server.room(token, 'Engine <b>room</b>', {}, hostile[1]);
  for (const content of ['Hello', '你好，一起看电影吗？', 'https://example.org/path?q=1', ...hostile]) await server.call('POST', `/rooms/${room}/messages/`, { content }, token);
  await server.room(token, '深夜电影', { is_public: false });
  const tries = async (path: string, body: object): Promise<number> => server.call('POST', path, body, token).then(() => 1, () => 0);
  for (const text of hostile) {
    taken = {
      rooms: taken.rooms + await tries('/rooms/', { name: [...text].slice(0, 100).join(''), description: text.slice(0, 500), config: { is_public: true } }),
      films: taken.films + await tries(`/rooms/${room}/videos`, { title: [...text].slice(0, 100).join(''), url: text.startsWith('http') ? text : `https://media.example/${encodeURIComponent(text.slice(0, 50).toWellFormed())}` }),
    };
  }
});
cleanUp(() => ({ server, browser }));

const places: [name: string, path: () => string, ready: string][] = [
  ['home', () => '', '.home h1'],
  ['discover', () => 'discover', '.room-card'],
  ['new', () => 'new', '.presets'],
  ['inbox', () => 'inbox', '.empty'],
  ['me', () => 'me', '.card'],
  ['room', () => `r/${room}`, '.message[data-id]'],
  ['members', () => `r/${room}?panel=members`, '.person'],
  ['videos', () => `r/${room}?panel=videos`, '.drop'],
  ['settings', () => `r/${room}?panel=settings`, '.side-panel .config'],
  ['missing room', () => 'r/999', '.empty h1'],
  ['missing page', () => 'no/such/page', '.empty h1'],
];

test.each(['light', 'dark'] as const)('no page has a fault of accessibility, %s, on a desktop', async colorScheme => {
  const page = await visit(browser, server, { colorScheme });
  await page.locator('.sign h1').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.address}/app/register`);
  await page.locator('input[name=email]').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.close();

  const signedIn = await visit(browser, server, { colorScheme, as: 'ada' });
  for (const [name, path, ready] of places) {
    await signedIn.goto(`${server.address}/app/${path()}`);
    await signedIn.locator(ready).first().waitFor();
    expect(await faults(signedIn), name).toEqual([]);
    expect(await overflows(signedIn), name).toBe(false);
  }
});

test('on a telephone nothing is cut off, in any language', async () => {
  for (const locale of ['zh-CN', 'en', 'ru']) {
    const page = await visit(browser, server, { as: 'ada', locale, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    for (const [name, path, ready] of places) {
      await page.goto(`${server.address}/app/${path()}`);
      await page.locator(ready).first().waitFor({ state: 'attached' });
      expect(await overflows(page), `${name}, ${locale}`).toBe(false);
    }
    expect(await faults(page), locale).toEqual([]);
    await page.context().close();
  }
});

test('hostile texts stay texts', async () => {
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${room}`);
  await page.locator('.message[data-id]').first().waitFor();
  // All of them, from the first one on.
  await expect.poll(async () => {
    await page.locator('.messages').evaluate(box => {
      box.scrollTop = 0;
    });
    return page.locator('.list-start').count();
  }).toBe(1);
  expect(await page.title()).not.toContain('owned');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Engine <b>room</b>');
  const links = await page.locator('.message a').evaluateAll(all => all.map(one => (one as HTMLAnchorElement).protocol));
  expect(links.length).toBeGreaterThan(0);
  expect(new Set(links)).toEqual(new Set(['https:', 'http:']));
  // A character that turns the direction of the rest is shown, not obeyed.
  expect(await page.locator('.message', { hasText: 'gnp.exe' }).locator('.body').textContent()).toBe('\ufffdgnp.exe');
  expect(await overflows(page)).toBe(false);
  // Nothing but what the page itself draws came out of them.
  const strange = (): Promise<string[]> => page.locator('iframe, base, form[action], meta[http-equiv], main script, main style, main link, .message img').evaluateAll(all => all.map(one => `${one.tagName} ${one.textContent}`));
  expect(await strange()).toEqual([]);
  for (const one of await page.locator('.message').all()) {
    const box = await one.locator('.body').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 1280, await one.textContent() ?? '').toBe(true);
  }
});

test('hostile names of rooms, titles and links stay names', async () => {
  expect(hostile.length).toBeGreaterThanOrEqual(60);
  expect(Math.min(taken.rooms, taken.films)).toBeGreaterThan(40);
  const page = await visit(browser, server, { as: 'ada' });
  for (const [path, ready] of [['', '.room-row'], ['discover', '.room-card'], [`r/${room}?panel=videos`, '.film']] as const) {
    await page.goto(`${server.address}/app/${path}`);
    await page.locator(ready).first().waitFor();
    expect(await overflows(page), path).toBe(false);
    expect(await page.title()).not.toContain('owned');
    const wider = await page.locator('.room-row, .room-card, .film').evaluateAll(all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent));
    expect(wider, path).toEqual([]);
  }
  // A link to a film elsewhere plays nothing and asks nobody: `complaints` has no request of it.
  await page.locator('.film', { hasText: 'xn--80ak6aa92e' }).first().getByRole('button', { name: 'Watch together' }).click();
  await page.locator('.player .elsewhere').waitFor();
  expect(await page.locator('video').count()).toBe(0);
  await page.locator('.player').getByRole('button', { name: 'Stop watching' }).click();
  await page.locator('.player').waitFor({ state: 'detached' });
});

test('a whole conversation works by keyboard alone', async () => {
  const page = await visit(browser, server, { as: 'bob' });
  await page.goto(`${server.address}/app/r/${room}`);
  await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Join', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.message[data-id]').first().waitFor();
  await page.locator('.composer textarea').focus();
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  const own = page.locator('.message[data-id]', { hasText: 'by keyboard' });
  await own.waitFor();
  // Before the text stands the button for files, before that the list.
  for (let n = 0; n < 2; n += 1) await page.keyboard.press('Shift+Tab');
  expect(await own.evaluate(element => element.contains(document.activeElement))).toBe(true);
  await own.focus();
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.classList.contains('message'))).toBe(true);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await page.keyboard.press('Enter');
  await page.locator('.message', { hasText: 'by keyboard!' }).getByText('edited').waitFor();
});

test('Enter that chooses a word of an input method sends nothing', async () => {
  const page = await visit(browser, server, { as: 'ada' });
  await page.goto(`${server.address}/app/r/${room}`);
  const box = page.locator('.composer textarea');
  await box.focus();
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'dianying', selectionStart: 8, selectionEnd: 8 });
  await session.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 });
  await session.send('Input.insertText', { text: '电影' });
  expect(await box.inputValue()).toBe('电影');
  // Later, Enter sends: 50 ms after the end of the word.
  await box.fill('今晚放电影');
  await expect.poll(async () => {
    await page.keyboard.press('Enter');
    return box.inputValue();
  }).toBe('');
  await page.locator('.message[data-id]', { hasText: '今晚放电影' }).waitFor();
  expect(await page.locator('.message[data-id] .body', { hasText: /^电影$/ }).count()).toBe(0);
});

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../../../app/test/support.ts';
import { serveFiles } from '../../../test/files.ts';
import { Server } from '../../../test/server.ts';

const run = promisify(execFile);
const web = new URL('../../../', import.meta.url).pathname;
const tool = (name: string): string => join(web, 'node_modules/.bin', name);

/** A folder of somebody who installed the package; all consumers and examples are in it. */
const home = mkdtempSync(join(tmpdir(), 'parley-package-'));
let server: Server;
let browser: Browser;
let files: Awaited<ReturnType<typeof serveFiles>>;
let ada: string;
let room: number;

beforeAll(async () => {
  await run(join(web, '../script/web'), ['pack']);
  cpSync(join(web, 'client/test/consumers'), home, { recursive: true });
  cpSync(join(web, 'client/examples'), home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  // Offline: whatever it needed beside itself would fail here.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(web, 'client/packed/parley-client.tgz')], { cwd: home });
  files = await serveFiles(home);
  server = await new Server().start('--set', `http.origins=["${files.origin}"]`);
  browser = await launch();
  ada = await server.user('ada');
  room = await server.room(ada, 'Package');
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await files?.close();
  rmSync(home, { recursive: true, force: true });
});

async function contents(of = room): Promise<string[]> {
  const page = await server.call('GET', `/rooms/${of}/messages/`, undefined, ada);
  return (page.items as unknown as { content: string }[]).map(one => one.content);
}

/** Starts a program in the consumers' folder; `line` resolves when it says that on standard output. */
function start(args: string[], user: string): { child: ChildProcess; line(text: string): Promise<void> } {
  const env = { ...process.env, PARLEY_URL: server.address, PARLEY_USER: user, PARLEY_PASSWORD: 'correct horse' };
  const child = spawn(process.execPath, args, { cwd: home, env });
  let said = '';
  let wrong = '';
  child.stdout?.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (wrong += piece.toString()));
  return {
    child,
    line: text => new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.includes(text)) resolve();
      };
      child.stdout?.on('data', look);
      child.once('exit', code => reject(new Error(`it ended with ${code}: ${wrong}`)));
      look();
    }),
  };
}

function ended(child: ChildProcess): Promise<number | null> {
  const end = new Promise<number | null>(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  return end;
}

test('Node takes it as ES modules and by require, and a message is stored', async () => {
  const { stdout } = await run(process.execPath, ['node.mjs', server.address, 'ada', String(room), 'from Node'], { cwd: home });
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(await contents()).toContain('from Node');
  expect((await run(process.execPath, ['required.cjs'], { cwd: home })).stdout.trim()).toBe('function');
});

test.each(['bundler', 'nodenext'])('TypeScript finds its types, and its errors, with moduleResolution %s', async kind => {
  await run(tool('tsc'), ['-p', join(home, `types/tsconfig.${kind}.json`)]);
});

/** Opens a page of another origin than the server's; what went wrong in it is the test's fault. */
async function visit(path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', error => {
    throw error;
  });
  await page.goto(`${files.origin}/${path}?url=${server.address}&room=${room}&user=ada&password=correct+horse`);
  return page;
}

test('a page that Vite built and one without a bundler talk from another origin', async () => {
  await run(tool('vite'), ['build', join(home, 'vite'), '--base', './', '--logLevel', 'warn']);
  for (const [path, text] of [['vite/dist/', 'from a page by Vite'], ['plain/', 'from a page without a bundler']] as const) {
    const page = await visit(path);
    await page.getByText(text).waitFor();
    expect(await contents()).toContain(text);
    await page.context().close();
  }
});

test('an origin that the server does not list gets neither answers nor a socket', async () => {
  const other = await serveFiles(home);
  const page = await (await browser.newContext()).newPage();
  const failed = page.waitForEvent('pageerror');
  await page.goto(`${other.origin}/plain/?url=${server.address}&room=${room}&user=ada`);
  expect((await failed).message).toContain('offline');
  const closed = await page.evaluate(url => new Promise(resolve => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  }), server.address);
  expect(closed).toBe('refused');
  await page.context().close();
  await other.close();
});

test('the ten minutes of README.md end with a bot that answers', async () => {
  const source = /```js\n([\s\S]*?)```/.exec(readFileSync(join(home, 'node_modules/@parley/client/README.md'), 'utf8'))?.[1] ?? '';
  writeFileSync(join(home, 'readme-bot.mjs'), source);
  const place = await server.room(ada, 'Ten minutes');
  const bot = start(['readme-bot.mjs', String(place)], 'echo');
  await bot.line('ready');
  await server.call('POST', `/rooms/${place}/messages/`, { content: 'is anybody here?' }, ada);
  await expect.poll(() => contents(place), { timeout: 60_000 })
    .toEqual(['Hello, I repeat what you say', 'is anybody here?', 'You said: is anybody here?']);
  await ended(bot.child);
});

test('the bot and the bridge of examples/ answer and carry, and end when they are asked to', async () => {
  await server.user('bot');
  await server.user('bridge');
  const [left, right] = [await server.room(ada, 'Left'), await server.room(ada, 'Right')];
  const bot = start(['bot.ts', String(left)], 'bot');
  const bridge = start(['bridge.ts', String(left), String(right)], 'bridge');
  await Promise.all([bot.line(`in room ${left}`), bridge.line(`in rooms ${left} and ${right}`)]);
  await server.call('POST', `/rooms/${left}/messages/`, { content: '!echo hello' }, ada);
  await expect.poll(() => contents(left), { timeout: 60_000 }).toEqual(['!echo hello', 'hello']);
  await expect.poll(() => contents(right), { timeout: 60_000 }).toEqual(['ada: !echo hello', 'bot: hello']);
  expect(await Promise.all([ended(bot.child), ended(bridge.child)])).toEqual([0, 0]);
});

test('the page of examples/ shows the film of a room and follows its player', async () => {
  const film = readFileSync(join(web, 'app/test/film.webm'));
  const answer = await fetch(`${server.address}/rooms/${room}/videos?title=film`, {
    method: 'POST', headers: { Authorization: `Bearer ${ada}`, 'Content-Type': 'video/webm' }, body: film,
  });
  const video = (await answer.json()) as { id: number };
  const page = await visit('watch.html');
  await page.getByText('idle').waitFor();
  const other = await visit('watch.html');
  await other.getByText('idle').waitFor();
  const { createClient, staticToken } = await import('../../src/index.ts');
  const client = createClient({ url: server.address, auth: staticToken(ada) });
  client.connect();
  await client.ready();
  await client.ask('join_room', { room_id: room });
  await client.ask('sync_load', { room_id: room, video_id: video.id });
  await page.getByText('paused').waitFor();
  await page.getByRole('button', { name: 'Play' }).click();
  for (const one of [page, other]) await one.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  client.disconnect();
  await Promise.all([page, other].map(one => one.context().close()));
});

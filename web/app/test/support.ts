import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const wait_ms = 30_000;

/** A Parley of the test's own, on a port that the system chose. */
export class Server {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-web-'));
  #process: ChildProcess | undefined;
  #port = 0;

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(...options: string[]): Promise<this> {
    const binary = process.env.PARLEY_BINARY;
    if (!binary) throw new Error('PARLEY_BINARY names no server');
    const child = spawn(binary, ['serve', '--port', String(this.#port), '--data-dir', this.#folder,
      '--set', 'limits.rate_limiting=false', '--set', 'auth.bcrypt_cost=4', ...options]);
    this.#process = child;
    this.#port = await new Promise<number>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (piece: Buffer) => {
        said += piece.toString();
        const found = /listening on http:\/\/[^:]+:(\d+)/.exec(said);
        if (found) resolve(Number(found[1]));
      });
      child.once('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    return this;
  }

  /** Ends it as a crash does, or by SIGTERM. The next `start` takes the same port and data. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** An HTTP call of a test, as `token`'s user. */
  async call(method: string, path: string, body?: unknown, token?: string): Promise<Record<string, never>> {
    const form = body instanceof URLSearchParams;
    const answer = await fetch(this.address + path, {
      method,
      headers: { ...(form || body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as Record<string, never>);
  }

  /** Registers a user and gives an access token. */
  async user(name: string): Promise<string> {
    await this.call('POST', '/users/', { username: name, email: `${encodeURIComponent(name).replaceAll('%', '')}@example.org`, password: 'correct horse' });
    return (await this.call('POST', '/token', new URLSearchParams({ username: name, password: 'correct horse' }))).access_token as unknown as string;
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
}

/** What a page of ours must never say: collected by `visit`, empty at the end of each test. */
export const complaints: string[] = [];

/** A browser of one person. Each error, violation of the policy and request to another host is a complaint. */
export async function visit(browser: Browser, server: Server, options: BrowserContextOptions & { as?: string } = {}): Promise<Page> {
  const { as, ...rest } = options;
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...rest });
  const page = await context.newPage();
  page.setDefaultTimeout(wait_ms);
  page.on('pageerror', error => complaints.push(`${as}: ${error.stack ?? error}`));
  page.on('console', message => {
    // The network's own lines: a server that is killed on purpose, and answers of 4xx that the page shows.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection|net::ERR/.test(message.text())) complaints.push(`${as}: ${message.text()}`);
  });
  page.on('request', request => {
    if (!request.url().startsWith(server.address) && !/^(data|blob|ws):/.test(request.url())) complaints.push(`${as} asked ${request.url()}`);
  });
  await page.goto(`${server.address}/app/`);
  if (as) await signIn(page, as);
  return page;
}

export async function signIn(page: Page, name: string): Promise<void> {
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill('correct horse');
  await page.locator('button[type=submit]').click();
  await page.locator('.room-list').waitFor({ state: 'attached' });
}

export async function say(page: Page, text: string): Promise<void> {
  await page.locator('.composer textarea').fill(text);
  await page.keyboard.press('Enter');
}

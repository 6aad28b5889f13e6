import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type LaunchOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';
import type { Server } from '../../test/server.ts';

export { Server } from '../../test/server.ts';

const wait_ms = 30_000;

export function launch(more: LaunchOptions = {}): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...(more.args ?? [])];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', ...more, args });
}

/** What a page of ours must never say: collected by `visit`, empty at the end of each test. */
export const complaints: string[] = [];

/** After each test every page is closed, and none has complained; after the last one browser and server end, where they began. */
export function cleanUp(of: () => { server: Server | undefined; browser: Browser | undefined }): void {
  afterEach(async () => {
    await Promise.all((of().browser?.contexts() ?? []).map(context => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    const { server, browser } = of();
    await browser?.close();
    await server?.remove();
  });
}

/** A browser of one person. Each error, violation of the policy and request to another host is a complaint. */
export async function visit(browser: Browser, server: Server, options: BrowserContextOptions & { as?: string; at?: string } = {}): Promise<Page> {
  const { as, at, ...rest } = options;
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...rest });
  const page = await openTab(context, at ?? server.address, as);
  await page.goto(`${at ?? server.address}/app/`);
  if (as) await signIn(page, as);
  return page;
}

/** A tab that complains of what a page must never do. */
export async function openTab(context: BrowserContext, address: string, as?: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(wait_ms);
  page.on('pageerror', error => complaints.push(`${as}: ${error.stack ?? error}`));
  page.on('console', message => {
    // The network's own lines: a server that is killed on purpose, and answers of 4xx that the page shows. Over plain HTTP a browser
    // tells that it passes the policy of the opener over.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection|net::ERR|Opener-Policy header has been ignored/.test(message.text())) complaints.push(`${as}: ${message.text()}`);
  });
  page.on('request', request => {
    if (!request.url().startsWith(address) && !/^(data|blob|ws):/.test(request.url())) complaints.push(`${as} asked ${request.url()}`);
  });
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

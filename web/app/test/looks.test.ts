import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { faults, overflows } from './axe.ts';
import { furnish, scenes, type House } from './scenes.ts';
import { cleanUp, launch, Server, visit } from './support.ts';

// Every page and state by axe, in both themes, on telephones and desktops. PARLEY_PICTURES names a folder for pictures of all of
// them in all languages; PARLEY_README_PICTURES one for those of README.md.

const folder = process.env.PARLEY_PICTURES;
const readme = process.env.PARLEY_README_PICTURES;
const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

let server: Server;
let browser: Browser;
let house: House;

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  house = await furnish(server);
  if (folder) mkdirSync(folder, { recursive: true });
});
cleanUp(() => ({ server, browser }));

type Case = [locale: string, theme: 'light' | 'dark', screen: keyof typeof screens];
// Pictures of each language on each screen, the themes by turns.
const cases: Case[] = folder
  ? [['zh-CN', 'light', 'phone'], ['zh-CN', 'dark', 'desktop'], ['en', 'light', 'desktop'], ['en', 'dark', 'phone'], ['ru', 'light', 'phone'], ['ru', 'dark', 'desktop']]
  : [['en', 'light', 'desktop'], ['en', 'dark', 'desktop'], ['ru', 'light', 'phone'], ['zh-CN', 'dark', 'phone']];

test.each(cases)('every page and state, %s, %s, %s: nothing is wider than the screen, and axe finds no fault', async (locale, theme, screen) => {
  const options = { locale, colorScheme: theme, viewport: screens[screen], ...(screen === 'phone' ? { hasTouch: true, isMobile: true } : {}) };
  for (const who of ['nobody', 'ada'] as const) {
    const page = await visit(browser, server, { ...options, ...(who === 'ada' ? { as: who } : {}) });
    for (const scene of scenes.filter(one => (one.open === true) === (who === 'nobody'))) {
      await page.goto(`${server.address}/app/${scene.path(house)}`);
      await page.locator(scene.ready).first().waitFor({ state: 'attached' });
      await scene.act?.(page);
      const place = `${scene.name}, ${locale}, ${theme}, ${screen}`;
      if (folder) await page.screenshot({ path: join(folder, `${scene.name.replace(' ', '-')}-${locale.slice(0, 2)}-${theme}-${screen}.png`) });
      expect(await overflows(page), place).toBe(false);
      expect(await faults(page), place).toEqual([]);
      await page.context().setOffline(false);
    }
    await page.context().close();
  }
}, 400_000);

/** Writes what the page shows into the folder, as a WebP: a tenth of a PNG. */
async function keep(page: Page, name: string): Promise<void> {
  const shot = (await page.screenshot()).toString('base64');
  const blank = await page.context().newPage();
  const packed = await blank.evaluate(async base64 => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), one => one.charCodeAt(0))]));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    return canvas.toDataURL('image/webp', 0.85).split(',')[1] ?? '';
  }, shot);
  await blank.close();
  writeFileSync(join(readme ?? '', `${name}.webp`), Buffer.from(packed, 'base64'));
}

test.runIf(readme)('the pictures of README.md', async () => {
  mkdirSync(readme ?? '', { recursive: true });
  const page = await visit(browser, server, { as: 'ada', deviceScaleFactor: 1.5 });
  await page.goto(`${server.address}/app/r/${house.room}`);
  await page.locator('.message[data-id]').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.shot img')].every(one => (one as HTMLImageElement).complete));
  await keep(page, 'room');
  await page.goto(`${server.address}/app/r/${house.film}?panel=videos`);
  await page.locator('.film', { hasText: 'The Long Voyage' }).locator('.button').click();
  await page.locator('video').waitFor();
  await page.goto(`${server.address}/app/r/${house.film}?panel=members`);
  await page.locator('.person').first().waitFor();
  await page.locator('video').waitFor();
  await page.locator('.player .icon-button').first().click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 6);
  await keep(page, 'watch');
});

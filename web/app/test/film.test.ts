import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { complaints, launch, Server, visit } from './support.ts';

// film.webm, 60 s of 24 frames a second with the time drawn in, is what this made (docs/web-app.md):
// ffmpeg -f lavfi -i "testsrc=size=160x90:rate=24:duration=60" -f lavfi -i "sine=frequency=220:duration=60" -c:v libvpx -b:v 20k -g 48 -c:a libopus -b:a 8k film.webm
const film = new URL('film.webm', import.meta.url).pathname;

let server: Server;
let browser: Browser;
let room: number;

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  const ada = await server.user('ada');
  await server.user('bob');
  const made = await server.call('POST', '/rooms/', { name: 'Film evening', config: { join_policy: 'open', is_public: true, sync_mode: 'owner' } }, ada);
  room = made.id as unknown as number;
});
afterEach(async () => {
  await Promise.all(browser.contexts().map(context => context.close()));
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** Where the picture was at which moment of all machines' clock, for the last frames; seconds. */
function frames(page: Page): Promise<[at: number, media: number][]> {
  return page.evaluate(() => new Promise(resolve => {
    const video = document.querySelector('video') as HTMLVideoElement;
    const seen: [number, number][] = [];
    const take = (_now: number, frame: VideoFrameCallbackMetadata): void => {
      seen.push([(performance.timeOrigin + frame.expectedDisplayTime) / 1000, frame.mediaTime]);
      if (seen.length >= 30) resolve(seen);
      else video.requestVideoFrameCallback(take);
    };
    video.requestVideoFrameCallback(take);
  }));
}

/** How far two pages are apart, 95th percentile, in milliseconds. */
async function apart(one: Page, other: Page): Promise<number> {
  const [a, b] = await Promise.all([frames(one), frames(other)]);
  const offsets = (list: [number, number][]): number[] => list.map(([at, media]) => media - at);
  const ofB = offsets(b).sort((x, y) => x - y);
  const middle = ofB[Math.floor(ofB.length / 2)] ?? 0;
  const distances = offsets(a).map(offset => Math.abs(offset - middle) * 1000).sort((x, y) => x - y);
  return distances[Math.floor(distances.length * 0.95)] ?? Infinity;
}

test('two people watch a film that one uploaded: at the same place after play, seek and a late join', async () => {
  const ada = await visit(browser, server, { as: 'ada' });
  await ada.goto(`${server.address}/app/r/${room}?panel=videos`);
  await ada.locator('input[type=file]').setInputFiles(film);
  await ada.locator('.film', { hasText: 'film' }).getByRole('button', { name: 'Watch together' }).click();
  await ada.locator('video').waitFor();

  const bob = await visit(browser, server, { as: 'bob' });
  await bob.goto(`${server.address}/app/discover`);
  await bob.getByRole('button', { name: 'Join' }).click();
  await bob.locator('video').waitFor();
  // Only who may steer can.
  expect(await bob.locator('.player').getByRole('button', { name: 'Play' }).isDisabled()).toBe(true);

  await ada.locator('.player').getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => apart(ada, bob), { timeout: 40_000, interval: 500 }).toBeLessThan(40);

  await ada.locator('.seek').focus();
  await ada.keyboard.press('End');
  await ada.locator('.player').focus();
  for (let press = 0; press < 4; press += 1) await ada.keyboard.press('j');
  await expect.poll(() => apart(ada, bob), { timeout: 40_000, interval: 500 }).toBeLessThan(40);

  await ada.locator('.player').getByRole('button', { name: 'Pause' }).click();
  await bob.waitForFunction(() => document.querySelector('video')?.paused);
  const [here, there] = await Promise.all([ada, bob].map(page => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)));
  expect(Math.abs((here ?? 0) - (there ?? 1))).toBeLessThan(0.1);
});

import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Proxy } from '../../client/test/server/proxy.ts';
import { Cluster } from '../../test/cluster.ts';
import { cleanUp, launch, openTab, Server, visit } from './support.ts';

// film.webm, 60 s of 24 frames a second with the time drawn in, is what this made (docs/web-app.md):
// ffmpeg -f lavfi -i "testsrc=size=160x90:rate=24:duration=60" -f lavfi -i "sine=frequency=220:duration=60" -c:v libvpx -b:v 20k -g 48 -c:a libopus -b:a 8k film.webm
const film = new URL('film.webm', import.meta.url).pathname;

let server: Server;
let browser: Browser;
let token: string;
let stranger: string;

beforeAll(async () => {
  server = await new Server().start();
  browser = await launch();
  token = await server.user('ada');
  stranger = await server.user('bob');
});
cleanUp(() => ({ server, browser }));

/** Where the picture was at which moment of all machines' clock, for the last frames; seconds. Few where the film stands. */
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
    setTimeout(() => resolve(seen), 5_000);
  }));
}

const makeRoom = (at = server, owner = token): Promise<number> => at.room(owner, 'Film evening', { sync_mode: 'owner' });

/** A room of `owner` whose film is loaded, without a page; `guest` is a member. */
async function loaded(at = server, owner = token, guest = stranger): Promise<number> {
  const room = await makeRoom(at, owner);
  const answer = await fetch(`${at.address}/rooms/${room}/videos?title=film`, {
    method: 'POST', headers: { Authorization: `Bearer ${owner}`, 'Content-Type': 'video/webm' }, body: readFileSync(film),
  });
  expect(answer.status).toBe(201);
  await at.call('POST', `/rooms/${room}/members`, {}, guest);
  return room;
}

/** How far two pages are apart, 95th percentile, in milliseconds. */
async function apart(one: Page, other: Page, rate: number): Promise<number> {
  const [a, b] = await Promise.all([frames(one), frames(other)]);
  if (Math.min(a.length, b.length) < 10) return Infinity;
  const offsets = (list: [number, number][]): number[] => list.map(([at, media]) => media - at * rate);
  const ofB = offsets(b).sort((x, y) => x - y);
  const middle = ofB[Math.floor(ofB.length / 2)] ?? 0;
  const distances = offsets(a).map(offset => (Math.abs(offset - middle) / rate) * 1000).sort((x, y) => x - y);
  return distances[Math.floor(distances.length * 0.95)] ?? Infinity;
}

/** Within 40 ms, ten seconds after what was done at most; a busy machine drops frames, and is asked again. */
async function together(one: Page, other: Page, after: string, rate = 1): Promise<void> {
  await expect.poll(() => apart(one, other, rate), { message: after, timeout: 40_000, interval: 500 }).toBeLessThan(40);
}

const controls = (page: Page, name: string) => page.locator('.player').getByRole('button', { name, exact: true });

test('two people watch a film that one uploaded: at the same place after play, seek, another rate and a pause', async () => {
  const room = await makeRoom();
  const ada = await visit(browser, server, { as: 'ada' });
  await ada.goto(`${server.address}/app/r/${room}?panel=videos`);
  await ada.locator('.drop input[type=file]').setInputFiles(film);
  await ada.locator('.film', { hasText: 'film' }).getByRole('button', { name: 'Watch together' }).click();
  await ada.locator('video').waitFor();

  const bob = await visit(browser, server, { as: 'bob' });
  await bob.goto(`${server.address}/app/r/${room}`);
  await bob.getByRole('button', { name: 'Join', exact: true }).click();
  await bob.locator('video').waitFor();
  // Only who may steer can.
  expect(await controls(bob, 'Play').isDisabled()).toBe(true);

  await controls(ada, 'Play').click();
  await together(ada, bob, 'play');
  // In sync, nobody fiddles with the rate: a write a second at most.
  const writes = await bob.evaluate(() => new Promise<number>(resolve => {
    let count = 0;
    const video = document.querySelector('video') as HTMLVideoElement;
    video.addEventListener('ratechange', () => {
      count += 1;
    });
    setTimeout(() => resolve(count), 5_000);
  }));
  expect(writes).toBeLessThanOrEqual(5);

  await ada.locator('.seek').focus();
  await ada.keyboard.press('End');
  await ada.locator('.player').focus();
  for (let press = 0; press < 4; press += 1) await ada.keyboard.press('j');
  await together(ada, bob, 'seek');

  await ada.locator('.speed').selectOption('0.5');
  await bob.waitForFunction(() => (document.querySelector('video')?.playbackRate ?? 1) < 0.6);
  await together(ada, bob, 'rate 0.5', 0.5);

  await controls(ada, 'Pause').click();
  await bob.waitForFunction(() => document.querySelector('video')?.paused);
  const [here, there] = await Promise.all([ada, bob].map(page => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)));
  expect(Math.abs((here ?? 0) - (there ?? 1))).toBeLessThan(0.1);
  await controls(ada, 'Play').click();
  await together(ada, bob, 'pause and play', 0.5);
}, 400_000);

test('with 20 to 200 ms of delay they are together, too; who comes late or waits for the film holds the room', async () => {
  const room = await loaded();
  const proxy = await new Proxy(() => server.port).start();
  proxy.delayMs = () => 20 + Math.random() * 180;
  const ada = await visit(browser, server, { as: 'ada' });
  await ada.goto(`${server.address}/app/r/${room}?panel=videos`);
  await ada.locator('.film').getByRole('button', { name: 'Watch together' }).click();
  await controls(ada, 'Play').click();

  const bob = await visit(browser, server, { as: 'bob', at: proxy.address });
  await bob.route('**/videos/*/content*', async route => {
    await new Promise(resolve => setTimeout(resolve, 2_500));
    await route.continue();
  });
  await bob.goto(`${proxy.address}/app/r/${room}`);
  await ada.locator('.veil', { hasText: 'Waiting for bob' }).waitFor();
  await ada.locator('.veil').waitFor({ state: 'detached' });
  await together(ada, bob, 'a late joiner whose film took 2.5 s');

  await ada.locator('.player').focus();
  await ada.keyboard.press('l');
  await together(ada, bob, 'seek by keyboard');
  await ada.keyboard.press('k');
  await bob.waitForFunction(() => document.querySelector('video')?.paused);
  await proxy.stop();
}, 400_000);

test('on two nodes of one cluster they are together: after play, a seek, another rate and a pause, whoever may steer', async () => {
  const cluster = await new Cluster().start(2);
  try {
    const [near, far] = cluster.nodes as [Server, Server];
    const [owner, guest] = [await near.user('ada'), await far.user('bob')];
    const room = await loaded(near, owner, guest);
    // Who comes first brings the room's home to that node; the owner, who steers, is on the other one.
    const bob = await visit(browser, far, { as: 'bob' });
    await bob.goto(`${far.address}/app/r/${room}`);
    await bob.locator('.composer textarea').waitFor();
    const ada = await visit(browser, near, { as: 'ada' });
    await ada.goto(`${near.address}/app/r/${room}?panel=videos`);
    await ada.locator('.film').getByRole('button', { name: 'Watch together' }).click();
    await controls(ada, 'Play').click();
    await bob.locator('video').waitFor();
    await together(ada, bob, 'play');

    await ada.locator('.player').focus();
    await ada.keyboard.press('l');
    await together(ada, bob, 'seek');
    await ada.locator('.speed').selectOption('0.5');
    await bob.waitForFunction(() => (document.querySelector('video')?.playbackRate ?? 1) < 0.6);
    await together(ada, bob, 'rate 0.5', 0.5);
    await ada.locator('.player').focus();
    await ada.keyboard.press('k');
    await bob.waitForFunction(() => document.querySelector('video')?.paused);
    await ada.keyboard.press('k');
    await together(ada, bob, 'pause and play', 0.5);
  } finally {
    await cluster.remove();
  }
}, 400_000);

test('where the browser refuses sound, the film plays without it, in time, until a button is pressed', async () => {
  const room = await loaded();
  const ada = await visit(browser, server, { as: 'ada' });
  await ada.goto(`${server.address}/app/r/${room}?panel=videos`);
  await ada.locator('.film').getByRole('button', { name: 'Watch together' }).click();
  await controls(ada, 'Play').click();
  // Chromium without a screen refuses nobody: this tab does as one with a screen, until somebody clicks on it.
  const before = await visit(browser, server, { as: 'bob' });
  const bob = await openTab(before.context(), server.address, 'bob');
  await bob.addInitScript(() => {
    const { play } = HTMLMediaElement.prototype;
    // Not by what the browser counts: to it, each question of a test is a click.
    let clicked = false;
    addEventListener('pointerdown', () => {
      clicked = true;
    }, true);
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      const may = this.muted || clicked;
      return may ? play.call(this) : Promise.reject(new DOMException('nobody clicked', 'NotAllowedError'));
    };
  });
  await bob.goto(`${server.address}/app/r/${room}`);
  const sound = bob.getByRole('button', { name: 'Play with sound' });
  await sound.waitFor();
  await bob.waitForFunction(() => {
    const video = document.querySelector('video');
    return video?.muted && !video.paused && video.currentTime > 0.2;
  });
  await together(ada, bob, 'without sound');
  await sound.click();
  await bob.waitForFunction(() => document.querySelector('video')?.muted === false && !document.querySelector('video')?.paused);
  expect(await sound.count()).toBe(0);
  // In the whole width of the window the picture stays above its controls.
  const [picture, bar] = await Promise.all([bob.locator('video').boundingBox(), bob.locator('.player .controls').boundingBox()]);
  expect((picture?.y ?? 0) + (picture?.height ?? Infinity)).toBeLessThanOrEqual((bar?.y ?? 0) + 1);
}, 400_000);

// usage: node read_docs.mjs CHROMIUM BASE: opens /docs as a reader does and prints as JSON what came of it.
import { chromium } from "playwright-core";

const [, , executablePath, base] = process.argv;
const seen = { faults: [], foreign: [] };

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
page.setDefaultTimeout(120_000);
page.on("console", (one) => ["error", "warning"].includes(one.type()) && seen.faults.push(one.text()));
page.on("pageerror", (reason) => seen.faults.push(String(reason)));
page.on("request", (one) => {
  const url = new URL(one.url());
  if (!["data:", "blob:"].includes(url.protocol) && url.host !== new URL(base).host) seen.foreign.push(one.url());
});

await page.goto(`${base}/`);
seen.home = await page.title();
await page.click("a[href$='/docs']");
await page.waitForSelector(".opblock");
seen.operations = await page.locator(".opblock").count();

// One request from the page: its answer must be shown.
const health = page.locator("#operations-Running-show_health");
await health.locator(".opblock-summary-control").click();
await health.locator("button.try-out__btn").click();
await health.locator("button.execute").click();
seen.health = (await health.locator(".live-responses-table tbody .response-col_status").first().textContent()).trim();

await page.click("a[href='#websocket']");
await page.waitForSelector(".channel");
seen.channels = await page.locator(".channel").count();
seen.frames = await page.locator(".message").count();

// One frame from the console: `ping` is served to guests.
const rooms = page.locator("#channel-rooms_socket");
const ping = rooms.locator(".message", { hasText: "Is anybody there?" });
await ping.locator("summary").first().click();
await ping.getByRole("button").click();
await rooms.getByRole("button", { name: "Connect" }).click();
await rooms.locator(".lines .in", { hasText: '"type":"connected"' }).waitFor();
await rooms.getByRole("button", { name: "Send" }).click();
seen.pong = await rooms.locator(".lines .in", { hasText: '"type":"pong"' }).textContent();

await browser.close();
console.log(JSON.stringify(seen));

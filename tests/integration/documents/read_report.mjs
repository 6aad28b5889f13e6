// usage: node read_report.mjs CHROMIUM PAGE: opens a load report as a reader does and prints as JSON what came of it.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , executablePath, file] = process.argv;
const seen = { faults: [], requests: [] };

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
page.setDefaultTimeout(30_000);
page.on("console", (one) => ["error", "warning"].includes(one.type()) && seen.faults.push(one.text()));
page.on("pageerror", (reason) => seen.faults.push(String(reason)));
page.on("request", (one) => seen.requests.push(new URL(one.url()).protocol));

await page.goto(pathToFileURL(file).href);
seen.title = await page.title();
seen.badges = await page.locator(".badge").allTextContents();
seen.figures = await page.locator("#figures tbody th").allTextContents();

// Each chart by its title: the labels of its axes, and for each line that is drawn its style, rows and lone points.
const pieces = (path) => (path ?? "").split("M").length - 1;
seen.charts = {};
for (const chart of await page.locator("figure").all()) {
  const lines = [];
  for (const line of await chart.locator(".frame path.line").all()) {
    const alone = line.locator("xpath=following-sibling::*[1]");
    lines.push({
      style: (await line.getAttribute("class")).replace("line ", ""),
      rows: pieces(await line.getAttribute("d")),
      alone: pieces(await alone.getAttribute("d")),
    });
  }
  const title = await chart.locator("figcaption").evaluate((caption) => caption.firstChild.textContent);
  seen.charts[title] = { lines, labels: await chart.locator(".frame text").allTextContents() };
}

const first = page.locator("figure").first();
if ((await first.count()) > 0) {
  // The crosshair reads each line, and stands in the other charts over time too.
  await first.locator(".frame > svg").hover({ position: { x: 300, y: 100 } });
  seen.reading = await first.locator(".reading").innerText();
  seen.crosses = await page.locator(".cross:has(path)").count();
  await page.mouse.move(0, 0);
  seen.crosses_left = await page.locator(".cross:has(path)").count();
  await first.locator(".frame > svg").press("ArrowRight");
  seen.first_reading = await first.locator(".reading strong").innerText();

  const before = await first.locator(".frame path.line").count();
  const button = first.locator(".legend button").first();
  if ((await button.count()) > 0) {
    await button.click();
    seen.hidden = before - (await first.locator(".frame path.line").count());
  }
  const plain = await first.locator(".frame text").allTextContents();
  const box = first.getByLabel("log scale");
  if ((await box.count()) > 0) {
    await box.click();
    seen.logarithmic = String(plain) !== String(await first.locator(".frame text").allTextContents());
  }
}

await page.setViewportSize({ width: 360, height: 740 });
seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

await browser.close();
console.log(JSON.stringify(seen));

// usage: node read_widths.mjs CHROMIUM BASE [FOLDER]: opens the pages at the widths of a phone, a tablet and a desk with
// everything unfolded (of operations, the first), and prints as JSON what does not fit. Pictures of them go into FOLDER, where one is given.
import { chromium } from "playwright-core";

const [, , executablePath, base, folder] = process.argv;
const widths = [390, 768, 1280];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const seen = {};

/** Names of elements that reach beyond the page's right edge where no ancestor scrolls, and by how much the page is too wide. */
const measure = () => {
  const scrolls = (one) => one && one !== document.body && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  const beyond = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && !scrolls(one.parentElement);
  });
  return {
    overflow: document.documentElement.scrollWidth - innerWidth,
    beyond: beyond.slice(0, 5).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`),
  };
};

/** How far below the bar the top of the element is that the address names; the page's end may keep it from going up. */
const gap = () => {
  const target = document.getElementById(location.hash.slice(1)).getBoundingClientRect();
  const bar = document.querySelector(".top").getBoundingClientRect();
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  return { below: target.top - bar.bottom, atEnd };
};

const page = await browser.newPage();
page.setDefaultTimeout(400_000);
const picture = async (name) => folder && page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, clip: { x: 0, y: 0, width: page.viewportSize().width, height: 2600 } });

/** Each width in its turn, on the page as it stands. */
async function atEachWidth(name, look) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    seen[width] = { ...seen[width], [name]: await page.evaluate(measure), ...(await look?.(width)) };
    await picture(`${name}-${width}`);
  }
}

await page.goto(`${base}/`);
await atEachWidth("home", async () => {
  const tops = await page.locator("main > nav a").evaluateAll((links) => links.map((one) => one.getBoundingClientRect().top));
  return { buttons: [...new Set(tops)].map((row) => tops.filter((top) => top === row).length) };
});

await page.goto(`${base}/docs`);
await page.waitForSelector(".opblock");
await atEachWidth("folded", async () => ({
  filter: await page.locator(".operation-filter-input").evaluate((input) => {
    const box = input.getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && box.width >= 200;
  }),
}));
// All of them would take a busy machine minutes.
const opened = await page.evaluate(() => {
  const first = [...document.querySelectorAll(".opblock-tag-section")].map((one) => one.querySelector(".opblock-summary-control"));
  const chosen = first.filter((_, index) => index === 0);
  chosen.forEach((one) => one.click());
  return chosen.length;
});
await page.waitForFunction((wanted) => document.querySelectorAll(".opblock-body").length === wanted, opened);
await atEachWidth("operations");

await page.goto(`${base}/docs#websocket`);
await page.reload();
await page.waitForSelector(".channel");
const links = await page.locator(".contents a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
const codes = await page.locator(".points li code").allTextContents();
await atEachWidth("channels", async () => {
  const clicked = {};
  for (const href of links) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.click(`.contents a[href='${href}']`);
    await page.waitForFunction((wanted) => location.hash === wanted && scrollY > 0, href);
    clicked[href] = await page.evaluate(gap);
  }
  return { links, codes, clicked };
});
await page.evaluate(() => document.querySelectorAll("#page-websocket details").forEach((one) => (one.open = true)));
await atEachWidth("frames");

// The address of a channel, and of an operation, opened as a link from elsewhere.
for (const anchor of [links.at(-1), "#operations-Running-show_health"]) {
  await page.goto("about:blank");
  await page.setViewportSize({ width: widths[0], height: 844 });
  await page.goto(`${base}/docs${anchor}`);
  await page.waitForFunction(() => scrollY > 0);
  seen[widths[0]].clicked[`${anchor} from elsewhere`] = await page.evaluate(gap);
}

await browser.close();
console.log(JSON.stringify(seen));

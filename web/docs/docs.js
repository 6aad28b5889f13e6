// The entry of /docs: two pages, the HTTP side drawn by Swagger UI, the WebSocket side by this folder.
import { drawChannels } from "./channel.js";
import { element } from "./schema.js";
import { at } from "./server.js";

const pages = { http: drawOperations, websocket: drawSockets };
const drawn = new Set();

async function drawOperations(place) {
  if (!window.SwaggerUIBundle) return listOperations(place);
  const spec = await (await fetch(at("openapi.json"))).json();
  const shown = appears(place, ".opblock");
  window.SwaggerUIBundle({
    // Tried is the server that gave this page, by whichever of its names: the page may ask no other.
    spec: { ...spec, servers: [{ url: at("").replace(/\/$/, "") }] },
    domNode: place,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    syntaxHighlight: { activated: false },
    validatorUrl: null,
  });
  await shown;
}

/** Ends once something within the place matches: Swagger UI calls `onComplete` before it has drawn a long document. */
function appears(place, selector) {
  return new Promise((found) => {
    const look = () => place.querySelector(selector) && (watch.disconnect(), found());
    const watch = new MutationObserver(look);
    watch.observe(place, { childList: true, subtree: true });
  });
}

/** What remains where the build had no reader: the routes and their summaries. */
async function listOperations(place) {
  const { paths } = await (await fetch(at("openapi.json"))).json();
  const rows = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) =>
    element("li", { class: "opblock" }, element("code", {}, `${method.toUpperCase()} ${path}`), ` ${operation.summary}`)));
  place.replaceChildren(element("ul", { class: "plain" }, ...rows));
}

async function drawSockets(place) {
  drawChannels(place, await (await fetch(at("asyncapi.json"))).json());
}

/** The page that an address after `#` is on: its own name, a channel of the one, an operation of the other. */
function pageOf(anchor) {
  if (anchor in pages) return anchor;
  return anchor.startsWith("channel-") ? "websocket" : "http";
}

async function show() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  const name = pageOf(anchor);
  for (const one of Object.keys(pages)) document.getElementById(`page-${one}`).hidden = one !== name;
  for (const link of document.querySelectorAll("[data-page]"))
    link.toggleAttribute("aria-current", link.dataset.page === name);
  if (!drawn.has(name)) {
    drawn.add(name);
    const place = document.getElementById(`page-${name}`);
    try {
      await pages[name](place);
    } catch (reason) {
      place.replaceChildren(element("p", { class: "fault", role: "alert" }, `The document cannot be shown: ${reason}`));
    }
  }
  // What the anchor names may have been drawn only now.
  document.getElementById(anchor)?.scrollIntoView();
}

/** Whatever is jumped to lands below the bar, however many lines the bar has: known before the first jump, an observer tells it later. */
const bar = document.querySelector(".top");
const measureBar = () => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
measureBar();
new ResizeObserver(measureBar).observe(bar);

window.addEventListener("hashchange", show);
// Swagger UI is a deferred script: it has run when this is called.
show();

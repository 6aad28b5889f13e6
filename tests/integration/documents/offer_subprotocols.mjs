// usage: node offer_subprotocols.mjs CHROMIUM BASE TOKEN: opens /ws with each offer and prints as JSON, for Node's ws and
// for a page of the server's own in Chromium, the subprotocol that it got and how it was signed in.
import { chromium } from "playwright-core";
import WebSocket from "ws";

const [, , executablePath, base, token] = process.argv;
const address = `${base.replace(/^http/, "ws")}/ws`;
const offers = [["parley.v1"], ["parley.v1", "bearer", token], ["bearer", token], ["access_token", token], ["chat"]];

/** One socket; also run inside of the page, so it uses nothing from out here. */
function open({ address, offer, Socket }) {
  return new Promise((resolve) => {
    const socket = new (Socket ?? globalThis.WebSocket)(address, offer);
    socket.onerror = () => resolve("refused by the client");
    socket.onmessage = ({ data }) => {
      resolve([socket.protocol, JSON.parse(data).payload.auth_status]);
      socket.onerror = null;
      socket.close();
    };
  });
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(`${base}/`);
const seen = { ws: {}, chromium: {} };
for (const offer of offers) {
  const name = offer.join().replace(token, "TOKEN");
  seen.ws[name] = await open({ address, offer, Socket: WebSocket });
  seen.chromium[name] = await page.evaluate(open, { address, offer });
}
await browser.close();
console.log(JSON.stringify(seen));

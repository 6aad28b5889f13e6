// Draws each channel of an AsyncAPI 3 document: its frames in both directions, and a console to try it.
import { openConsole } from "./console.js";
import { blocks, drawSchema, element, makeExample, prose, resolve } from "./schema.js";

function drawMessage(document, message, toConsole) {
  const head = element("summary", {}, element("code", { class: "name" }, message.name),
                       element("span", { class: "about" }, " ", ...prose(message.summary)));
  const body = element("div", { class: "body" }, drawSchema(document, message.payload));
  if (toConsole && message.name !== "any") {
    const use = element("button", { type: "button" }, "Put into the console");
    use.addEventListener("click", () => toConsole(JSON.stringify(makeExample(document, message.payload), null, 2)));
    body.append(use);
  }
  return element("details", { class: "message" }, head, body);
}

function drawDirection(document, title, operation, toConsole) {
  const messages = operation.messages.map((one) => drawMessage(document, resolve(document, one), toConsole));
  return element("div", { class: "direction" }, element("h3", {}, title), ...messages);
}

/** Where each channel stands on the page. */
function listChannels(channels) {
  const rows = Object.entries(channels).map(([name, { address, title }]) =>
    element("li", {}, element("a", { href: `#channel-${name}` }, element("code", {}, address), ` ${title}`)));
  return element("nav", { class: "contents", "aria-label": "Channels" }, element("h2", {}, "Channels"), element("ul", {}, ...rows));
}

export function drawChannels(place, document) {
  const operations = Object.values(document.operations);
  const sections = Object.entries(document.channels).map(([name, channel]) => {
    const of = (action) => operations.find((one) => one.action === action && one.channel.$ref === `#/channels/${name}`);
    const board = openConsole(channel);
    return element("article", { class: "channel", id: `channel-${name}` },
      element("h2", {}, element("code", {}, channel.address), ` ${channel.title}`),
      element("p", {}, ...prose(channel.description)),
      board.element,
      element("div", { class: "directions" },
        drawDirection(document, "The client sends", of("receive"), board.fill),
        drawDirection(document, "The server sends", of("send"), null)));
  });
  place.replaceChildren(element("div", { class: "lead" }, ...blocks(document.info.description)),
                        listChannels(document.channels), ...sections);
}

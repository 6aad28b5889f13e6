// A small console on one channel: opens the socket, sends what is typed, lists what comes.
import { element } from "./schema.js";
import { at } from "./server.js";

const keptLines = 200;

function field(label, attributes) {
  const input = element("input", attributes);
  return { input, box: element("label", {}, `${label} `, input) };
}

/** `fill` puts a text into the editor, `element` is the console, folded. */
export function openConsole(channel) {
  const parameters = Object.keys(channel.parameters ?? {}).map((name) => ({ name, ...field(name, { size: "8", value: "1" }) }));
  const token = field("token", { size: "24", autocomplete: "off", placeholder: "none: as a guest" });
  const toggle = element("button", { type: "button" }, "Connect");
  const editor = element("textarea", { rows: "5", spellcheck: "false", "aria-label": "Frame to send" });
  const send = element("button", { type: "button", disabled: "" }, "Send");
  const lines = element("ol", { class: "lines", "aria-live": "polite" });
  let socket = null;

  function note(kind, text) {
    lines.append(element("li", { class: kind }, text));
    while (lines.children.length > keptLines) lines.firstChild.remove();
    lines.scrollTop = lines.scrollHeight;
  }

  function address() {
    let path = channel.address;
    for (const { name, input } of parameters) path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    const query = token.input.value ? `?token=${encodeURIComponent(token.input.value)}` : "";
    return `${at(path.slice(1)).replace(/^http/, "ws")}${query}`;
  }

  function connect() {
    socket = new WebSocket(address());
    toggle.textContent = "Disconnect";
    socket.onopen = () => {
      send.disabled = false;
      note("event", "open");
    };
    socket.onmessage = ({ data }) => note("in", typeof data === "string" ? data : `${data.size} bytes`);
    socket.onclose = ({ code, reason }) => {
      note("event", `closed ${code} ${reason}`);
      send.disabled = true;
      toggle.textContent = "Connect";
      socket = null;
    };
  }

  toggle.addEventListener("click", () => (socket ? socket.close(1000) : connect()));
  send.addEventListener("click", () => {
    socket.send(editor.value);
    note("out", editor.value);
  });

  const board = element("details", { class: "console" }, element("summary", {}, "Try it"),
    element("div", { class: "bar" }, ...parameters.map((one) => one.box), token.box, toggle), editor, send, lines);
  return {
    element: board,
    fill(text) {
      editor.value = text;
      board.open = true;
      editor.focus();
    },
  };
}

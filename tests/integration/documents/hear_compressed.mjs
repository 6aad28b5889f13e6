// usage: node hear_compressed.mjs ADDRESS ROOM COUNT OPTIONS…: each of OPTIONS is `perMessageDeflate` of a client of
// Node's ws, as JSON. All join the room, say so on a line `ready`, and print as JSON what each hears: what was agreed on
// and the contents of COUNT messages.
import WebSocket from "ws";

const [, , address, room, count, ...options] = process.argv;

function hear(perMessageDeflate, ready) {
  return new Promise((resolve, reject) => {
    const contents = [];
    const socket = new WebSocket(address, { perMessageDeflate });
    socket.on("error", reject);
    socket.on("open", () => socket.send(JSON.stringify({ type: "join_room", payload: { room_id: Number(room) } })));
    socket.on("message", (data) => {
      const { type, payload } = JSON.parse(data);
      if (type === "room_joined") ready();
      if (type === "room_message") contents.push(payload.content);
      if (contents.length < Number(count)) return;
      resolve({ extensions: socket.extensions, contents });
      socket.close();
    });
  });
}

let waiting = options.length;
const all = options.map((x) => hear(JSON.parse(x), () => (waiting -= 1) || console.log("ready")));
console.log(JSON.stringify(await Promise.all(all)));

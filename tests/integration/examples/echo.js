// Says three messages on `/ws/test/` with Node's `ws`, each when the last came back, and shows what came.
const WebSocket = require("ws");

const socket = new WebSocket(process.argv[2]);
const said = ["text", Buffer.from([0, 255]), Buffer.alloc(0)];

socket.on("message", (data, isBinary) => {
  console.log(isBinary ? `binary ${data.toString("hex")}` : `text ${data}`);
  if (said.length) socket.send(said.shift());
  else socket.close(1000);
});
socket.on("close", (code) => console.log(`closed ${code}`));

// Joins a room on `/ws` with Node's `ws`, answers every message that it did not send, and ends after "bye".
const WebSocket = require("ws");

const [url, room] = [process.argv[2], Number(process.argv[3])];
const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${process.env.JWT_TOKEN}` } });
const tell = (type, payload) => socket.send(JSON.stringify({ type, payload }));
let me = null;

socket.on("message", (data, isBinary) => {
  const { type, payload } = JSON.parse(data.toString());
  if (isBinary) throw new Error("text was asked for");
  if (type === "connected") {
    me = payload.user.id;
    tell("join_room", { room_id: room });
  } else if (type === "room_joined") {
    console.log("joined");
  } else if (type === "room_message" && payload.sender_id !== me) {
    if (payload.content === "bye") socket.close(1000);
    else tell("send_message", { room_id: room, content: `you said: ${payload.content}` });
  }
});
socket.on("error", (error) => console.log(`error ${error.message}`));
socket.on("close", (code) => console.log(`closed ${code}`));

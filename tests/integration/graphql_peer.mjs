// A GraphQL chat on the modules that people use for it: graphql, graphql-ws (its server side) and ws.
//
//   node graphql_peer.mjs [REFUSED_ROOM]
//
// Prints its URL, then what it counted as JSON once standard input ends. Nobody may listen to REFUSED_ROOM.
import { createServer } from "node:http";
import { once } from "node:events";
import { buildSchema } from "graphql";
import { MessageType, stringifyMessage } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

const refused = process.argv[2];
const rooms = new Map(); // to the listeners of each
const greeted = new Set(); // sockets that may be sent pings of the protocol's own
const seen = { joins: 0, leaves: 0, messages: 0, refusals: 0, pings: 0, heartbeats: 0 };

/** What is said in a room from now on, not only from when the first is asked for. */
function listen(room) {
  const waiting = [];
  let wake = null;
  let over = false;
  const hear = (text) => {
    waiting.push(text);
    wake?.();
  };
  if (!rooms.has(room)) rooms.set(room, new Set());
  rooms.get(room).add(hear);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!waiting.length && !over) await new Promise((resolve) => (wake = resolve));
      return over ? { value: undefined, done: true } : { value: { said: waiting.shift() }, done: false };
    },
    async return() {
      if (rooms.get(room).delete(hear)) seen.leaves += 1;
      over = true;
      wake?.();
      return { value: undefined, done: true };
    },
  };
}

const schema = buildSchema(`
  type Query { rooms: [ID!]! }
  type Mutation { say(room: ID!, text: String!): String! }
  type Subscription { said(room: ID!): String! }
`);

const roots = {
  query: { rooms: () => [...rooms.keys()] },
  mutation: {
    say({ room, text }) {
      if (!rooms.has(room)) throw new Error(`nobody is in ${room}`);
      seen.messages += 1;
      for (const hear of rooms.get(room)) hear(text);
      return text;
    },
  },
  subscription: {
    said({ room }) {
      if (room === refused) {
        seen.refusals += 1;
        throw new Error(`${room} is closed to you`);
      }
      seen.joins += 1;
      return listen(room);
    },
  },
};

// Whoever asks for another path is answered 400 by ws.
const http = createServer((_, response) => response.writeHead(426).end());
const sockets = new WebSocketServer({ server: http, path: "/graphql" });
const pingMs = 300; // between pings of the protocol's own
const keepAliveMs = 2000; // between those of WebSocket, which must be answered before the next
const pings = setInterval(() => {
  for (const socket of greeted) socket.send(stringifyMessage({ type: MessageType.Ping }));
  seen.pings += greeted.size;
}, pingMs);
const server = useServer(
  {
    schema,
    roots,
    onConnect: ({ extra: { socket } }) => {
      greeted.add(socket);
      socket.once("close", () => greeted.delete(socket));
    },
  },
  sockets,
  keepAliveMs,
);
sockets.on("connection", (socket) =>
  socket.on("message", (text) => {
    if (JSON.parse(text).type === MessageType.Pong) seen.heartbeats += 1;
  }),
);

http.listen(0, "127.0.0.1");
await once(http, "listening");
console.log(`ws://127.0.0.1:${http.address().port}`);

process.stdin.resume();
await once(process.stdin, "end");
console.log(JSON.stringify(seen));
clearInterval(pings);
await server.dispose();
process.exit(0);

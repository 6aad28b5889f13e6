// The clients that those who made the protocols give away, against a server that claims to speak one of them.
//
//   node own_clients.mjs phoenix|graphql-ws|centrifugo|stomp URL REFUSED_ROOM
//
// Two clients join a room, each says three texts, and both wait until they heard all six. Then one leaves and the other
// says one more text; at last it asks for REFUSED_ROOM. Prints as JSON what each heard and what the refusal said.
import { Client as StompClient } from "@stomp/stompjs";
import { Centrifuge } from "centrifuge";
import { createClient } from "graphql-ws";
import { Socket } from "phoenix";
import WebSocket from "ws";

const [protocol, url, refusedRoom] = process.argv.slice(2);

/** A promise, and what settles it. */
function promised() {
  const out = {};
  out.promise = new Promise((resolve, reject) => Object.assign(out, { resolve, reject }));
  return out;
}

/** The settling of a push of Phoenix. */
function answered(push) {
  return new Promise((resolve, reject) => {
    push.receive("ok", resolve);
    push.receive("error", (why) => reject(new Error(why.reason)));
    push.receive("timeout", () => reject(new Error("timeout")));
  });
}

// Each makes a client: `join(room, hear)` resolves to `{ say(text), leave() }` or rejects with the server's word.
const makers = {
  async phoenix() {
    // Heartbeats in quick succession: the client closes a connection on which one is not answered before the next.
    const socket = new Socket(`${url}/socket`, { transport: WebSocket, heartbeatIntervalMs: 200 });
    socket.connect();
    return {
      async join(room, hear) {
        const channel = socket.channel(`room:${room}`, {});
        channel.on("new_msg", ({ body }) => hear(body));
        try {
          await answered(channel.join());
        } catch (why) {
          channel.leave();
          throw why;
        }
        const say = (text) => answered(channel.push("new_msg", { body: text }));
        return { say, leave: () => answered(channel.leave()) };
      },
      end: () => new Promise((resolve) => socket.disconnect(resolve)),
    };
  },

  async "graphql-ws"() {
    const client = createClient({ url: `${url}/graphql`, webSocketImpl: WebSocket, lazy: false, keepAlive: 200 });
    const one = async (query, variables) => {
      for await (const { data, errors } of client.iterate({ query, variables })) {
        if (errors) throw new Error(errors[0].message);
        return data;
      }
    };
    return {
      async join(room, hear) {
        const told = client.iterate({ query: "subscription($r:ID!){said(room:$r)}", variables: { r: `r${room}` } });
        const first = told.next(); // the subscription is sent by this
        let refusal;
        first.then(({ value }) => (refusal = value?.errors?.[0].message));
        // Nothing acknowledges a subscription, but an answer to a later query does; a refusal is behind the first.
        for (let n = 0; n < 2; n += 1) await one("{ __typename }");
        if (refusal) throw new Error(refusal);
        (async () => {
          for (let next = await first; !next.done; next = await told.next()) hear(next.value.data.said);
        })();
        const say = (text) =>
          one("mutation($r:ID!,$t:String!){say(room:$r,text:$t)}", { r: `r${room}`, t: text });
        return { say, leave: () => told.return() };
      },
      end: () => client.dispose(),
    };
  },

  async centrifugo() {
    const client = new Centrifuge(`${url}/connection/websocket`, { websocket: WebSocket });
    client.connect();
    await client.ready(10_000);
    return {
      async join(room, hear) {
        const { promise, resolve, reject } = promised();
        const subscription = client.newSubscription(`room${room}`);
        subscription.on("publication", ({ data }) => hear(data.text));
        subscription.on("subscribed", resolve);
        subscription.on("error", ({ error }) => reject(new Error(error.message)));
        subscription.on("unsubscribed", ({ reason }) => reject(new Error(reason)));
        subscription.subscribe();
        await promise;
        return { say: (text) => subscription.publish({ text }), leave: () => subscription.unsubscribe() };
      },
      end: () => client.disconnect(),
    };
  },

  async stomp() {
    const ready = promised();
    const failed = promised();
    failed.promise.catch(() => {}); // heard of by those who wait for something
    const client = new StompClient({
      webSocketFactory: () => new WebSocket(`${url}/ws`, ["v12.stomp"]),
      connectHeaders: { host: "localhost" }, // what the specification demands and the client leaves to its user
      reconnectDelay: 0,
      heartbeatIncoming: 500,
      heartbeatOutgoing: 500,
      onConnect: ready.resolve,
      onStompError: ({ headers }) => failed.reject(new Error(headers.message)),
      onWebSocketClose: ({ code }) => failed.reject(new Error(`closed with ${code}`)),
    });
    client.activate();
    await Promise.race([ready.promise, failed.promise]);
    const receipts = (function* () {
      for (let n = 1; ; n += 1) yield `receipt-${n}`;
    })();
    const acknowledged = (act) => {
      const { promise, resolve } = promised();
      const receipt = receipts.next().value;
      client.watchForReceipt(receipt, resolve);
      act(receipt);
      return Promise.race([promise, failed.promise]);
    };
    return {
      async join(room, hear) {
        const destination = `/topic/room${room}`;
        let subscription;
        await acknowledged((receipt) => {
          subscription = client.subscribe(destination, ({ body }) => hear(JSON.parse(body).text), { receipt });
        });
        const say = (text) =>
          acknowledged((receipt) =>
            client.publish({
              destination,
              body: JSON.stringify({ text }),
              headers: { "content-type": "application/json", mood: "a:b\\c", receipt },
            }),
          );
        return { say, leave: () => acknowledged((receipt) => subscription.unsubscribe({ receipt })) };
      },
      end: () => client.deactivate(),
    };
  },
};

/** Hears texts in a room, and resolves `heard(n)` once there were n of them. */
async function member(room) {
  const client = await makers[protocol]();
  const texts = [];
  let wake = () => {};
  const place = await client.join(room, (text) => {
    texts.push(text);
    wake();
  });
  const heard = async (n) => {
    while (texts.length < n) await new Promise((resolve) => (wake = resolve));
  };
  return { client, texts, heard, ...place };
}

const [one, other] = await Promise.all([member(1), member(1)]);
for (let n = 1; n <= 3; n += 1) await Promise.all([one.say(`one ${n}`), other.say(`other ${n}, "zwölf" €`)]);
await Promise.all([one.heard(6), other.heard(6)]);
await other.leave();
await one.say("alone");
await one.heard(7);

// Long enough for two heartbeats each way, which are what keeps the connections.
await new Promise((resolve) => setTimeout(resolve, 1300));
await one.say("still here");
await one.heard(8);
let refusal = null;
try {
  await one.client.join(Number(refusedRoom), () => {});
} catch (why) {
  refusal = why.message;
}
await Promise.all([one.client.end(), other.client.end()]);
console.log(JSON.stringify({ one: one.texts, other: other.texts, refusal }));
process.exit(0);

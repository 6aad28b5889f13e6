// Carries what is said in one room to another one, both ways. usage: node bridge.ts ROOM ROOM   (see bot.ts for the rest)
import { createClient, signIn, type Room } from '@parley/client/node';

const url = process.env.PARLEY_URL ?? 'http://127.0.0.1:8000';
const auth = await signIn({ url, username: process.env.PARLEY_USER ?? 'bridge', password: process.env.PARLEY_PASSWORD ?? '' });
const client = await createClient({ url, auth });
client.connect();
await client.ready();

function carry(from: Room, to: Room): void {
  from.on('message', message => {
    // What the bridge itself said came from the other side.
    if (message.sender_id === client.user?.id || message.replayed) return;
    // The id of the copy is made of the original's: a bridge that starts again says nothing twice.
    to.send(`${message.sender_username}: ${message.content}`, { clientMsgId: `bridge-${from.id}-${message.id}` });
  });
}

const [left, right] = [client.room(Number(process.argv[2])), client.room(Number(process.argv[3]))];
carry(left, right);
carry(right, left);
await Promise.all([left, right].map(room => room.open({ becomeMember: true })));
console.log(`in rooms ${left.id} and ${right.id}`);

process.once('SIGTERM', async () => {
  await client.flush();
  client.disconnect();
});

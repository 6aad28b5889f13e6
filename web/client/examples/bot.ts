// A bot that answers. usage: node bot.ts ROOM   (PARLEY_URL, PARLEY_USER and PARLEY_PASSWORD say where and who)
import { createClient, signIn } from '@parley/client/node';

const url = process.env.PARLEY_URL ?? 'http://127.0.0.1:8000';
const auth = await signIn({ url, username: process.env.PARLEY_USER ?? 'bot', password: process.env.PARLEY_PASSWORD ?? '' });
const client = await createClient({ url, auth });
client.connect();
await client.ready();

const room = client.room(Number(process.argv[2]));
room.on('message', message => {
  // Own messages and those of before the bot came are no questions.
  if (message.sender_id === client.user?.id || message.replayed) return;
  if (message.content === '!time') room.send(new Date().toISOString());
  if (message.content.startsWith('!echo ')) room.send(message.content.slice('!echo '.length));
});
await room.open({ becomeMember: true });
console.log(`in room ${room.id}`);

process.once('SIGTERM', async () => {
  await client.flush();
  client.disconnect();
});

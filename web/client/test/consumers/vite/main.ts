import { createClient, signIn } from '@parley/client';

const asked = new URLSearchParams(location.search);
const url = asked.get('url') ?? '';
const auth = await signIn({ url, username: asked.get('user') ?? '', password: 'correct horse', keep: 'tab' });
const client = createClient({ url, auth });
client.connect();
await client.ready();
const room = client.room(Number(asked.get('room')));
room.on('message', message => {
  (document.querySelector('output') as HTMLOutputElement).textContent += `${message.content}\n`;
});
await room.open();
await room.send('from a page by Vite').acked;

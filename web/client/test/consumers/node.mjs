// Node, ES modules: signs in, says what its arguments say, and prints the number of the message.
import { createClient, signIn } from '@parley/client/node';
import { FakeTime } from '@parley/client/testing';
import { Offset } from '@parley/client/watch';
import { indexedDBOutbox } from '@parley/client/storage';

const [url, username, room, text] = process.argv.slice(2);
for (const what of [FakeTime, Offset, indexedDBOutbox]) if (typeof what !== 'function') throw new Error('an entry lacks something');
const auth = await signIn({ url, username, password: 'correct horse' });
const client = await createClient({ url, auth });
client.connect();
await client.ready();
const ack = await client.room(Number(room)).send(text).acked;
console.log(ack.message_id);
client.disconnect();

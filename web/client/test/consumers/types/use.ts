import { createClient, isParleyError, staticToken, type Client, type RoomData, type Store } from '@parley/client';
import { createClient as createForNode } from '@parley/client/node';
import { indexedDBOutbox } from '@parley/client/storage';
import { FakeTime, fakeSockets } from '@parley/client/testing';
import { uploadVideo, type UploadState } from '@parley/client/uploads';
import { WatchParty, type PartyState } from '@parley/client/watch';

const { WebSocket } = fakeSockets();
const client: Client = createClient({ auth: staticToken('t'), outbox: indexedDBOutbox('ada'), time: new FakeTime(), WebSocket });
export const there: Promise<Client> = createForNode({ auth: staticToken('t') });
export const room: Promise<RoomData> = client.call('show_room', { room_id: 5 });
export const party: Store<PartyState> = new WatchParty(client, client.room(5)).state;
export const upload = (file: File): UploadState => uploadVideo(client, 5, file).state.getSnapshot();
client.on('notification', heard => console.log(heard.content.room_name, heard.id.toFixed()));
// @ts-expect-error there is no such event
client.on('nothing', () => undefined);
// @ts-expect-error a room has a number
void client.call('show_room', { room_id: 'five' });
try {
  await client.ready();
} catch (error) {
  if (isParleyError(error, 'muted')) console.log(error.fields[0]?.message, error.retryAfterMs?.toFixed());
}

import { createClient, ParleyError, type Client, type ClientOptions, type TokenSource } from '../src/index.ts';
import { FakeTime, fakeSockets, settle, type FakeSocket } from '../src/testing.ts';

export const ada = { id: 2, username: 'ada' };

/** A message as the server tells it. */
export function message(id: number, content = `m${id}`, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id, room_id: 5, sender_id: 3, sender_username: 'bob', content, message_type: 'text', timestamp: '2026-11-29T10:00:00.000Z', edited_at: null,
    deleted: false, client_msg_id: null, attachments: [], ...more,
  };
}

export interface Bench {
  time: FakeTime;
  client: Client;
  sockets: FakeSocket[];
  /** The newest socket. */
  socket(): FakeSocket;
  /** Opens it and signs in, as the server does. */
  goLive(): Promise<void>;
  asked: { why: string; token: string }[];
  calls: string[];
}

/** A client with a socket, a clock and HTTP answers of the test's own. */
export function bench(answers: (path: string) => unknown = () => ({ items: [], has_more: false }), more: Partial<ClientOptions> = {}): Bench {
  const time = new FakeTime();
  const { sockets, WebSocket } = fakeSockets();
  const asked: Bench['asked'] = [];
  const calls: string[] = [];
  const auth: TokenSource = {
    get: why => {
      const token = `t${asked.length + 1}`;
      asked.push({ why, token });
      return Promise.resolve(token);
    },
  };
  const fetchFake = (async (url: URL) => {
    calls.push(`${url.pathname}${url.search}`);
    const answer = answers(url.pathname + url.search);
    if (answer instanceof ParleyError) return new Response(JSON.stringify({ code: answer.code, detail: answer.message }), { status: 409 });
    return new Response(JSON.stringify(answer), { status: 200 });
  }) as unknown as typeof fetch;
  const client = createClient({ url: 'http://server.test', auth, WebSocket, fetch: fetchFake, time, random: () => 0.5, ...more });
  const socket = (): FakeSocket => sockets.at(-1) as FakeSocket;
  return {
    time, client, sockets, socket, asked, calls,
    goLive: async () => {
      await settle();
      socket().open();
      socket().say('connected', { connection_id: 1, auth_status: 'guest', user: null, heartbeat_ms: 30_000, server_time: '' });
      await settle();
      const auth = socket().said.find(frame => frame.type === 'auth');
      socket().say('auth_ok', { user: ada, expires_at: '2026-11-29T11:00:00.000Z' }, auth?.id);
      await settle();
    },
  };
}

/** Lets `fetch` and its body come through, which take real turns of the loop. */
export async function answersCome(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

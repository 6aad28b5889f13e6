import { createClient as create, type Client, type ClientOptions } from './client.ts';
import type { SocketClass } from './connection/connection.ts';

export * from './index.ts';

/** As `createClient` of the core; the socket is Node's own (22 and later) or the one of `ws`, an optional peer. */
export async function createClient(options: ClientOptions): Promise<Client> {
  if (options.WebSocket || globalThis.WebSocket) return create(options);
  const { WebSocket } = await import('ws');
  return create({ ...options, WebSocket: WebSocket as unknown as SocketClass });
}

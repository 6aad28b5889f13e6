import { readFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };

/** Serves the files of a folder on a port that the system chose: to a browser, an origin of its own. */
export async function serveFiles(folder: string): Promise<{ origin: string; close(): Promise<void> }> {
  const server: HttpServer = createServer((request, answer) => {
    const path = normalize(new URL(request.url ?? '/', 'http://files').pathname);
    readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path)).then(
      bytes => answer.writeHead(200, { 'Content-Type': types[extname(path) || '.html'] ?? 'application/octet-stream' }).end(bytes),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Parley of the test's own, on a port that the system chose. */
export class Server {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-web-'));
  #process: ChildProcess | undefined;
  #port = 0;
  #options: string[] = [];

  /** One that somebody else started and ends, on this port of this machine. */
  static at(port: number): Server {
    const server = new Server();
    server.#port = port;
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  async start(...options: string[]): Promise<this> {
    const binary = process.env.PARLEY_BINARY;
    if (!binary) throw new Error('PARLEY_BINARY names no server');
    // A server that was killed is started again as it was.
    if (options.length > 0) this.#options = options;
    const child = spawn(binary, ['serve', '--port', String(this.#port), '--data-dir', this.#folder,
      '--set', 'limits.rate_limiting=false', '--set', 'auth.bcrypt_cost=4', ...this.#options]);
    this.#process = child;
    this.#port = await new Promise<number>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (piece: Buffer) => {
        said += piece.toString();
        const found = /listening on http:\/\/[^:]+:(\d+)/.exec(said);
        if (found) resolve(Number(found[1]));
      });
      child.once('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    return this;
  }

  /** Ends it as a crash does, or by SIGTERM. The next `start` takes the same port and data. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** An HTTP call of a test, as `token`'s user. */
  async call(method: string, path: string, body?: unknown, token?: string): Promise<Record<string, never>> {
    const form = body instanceof URLSearchParams;
    const answer = await fetch(this.address + path, {
      method,
      headers: { ...(form || body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as Record<string, never>);
  }

  /** Makes a room of `token`'s user that anybody may enter, unless `config` says something else; its number. */
  async room(token: string | undefined, name: string, config: object = {}, description = ''): Promise<number> {
    const made = await this.call('POST', '/rooms/', { name, description, config: { is_public: true, join_policy: 'open', ...config } }, token);
    return made.id as unknown as number;
  }

  /** Stores a file for a message of the room; its number. */
  async file(token: string | undefined, room: number, name: string, type: string, bytes: Uint8Array | string): Promise<number> {
    const answer = await fetch(`${this.address}/rooms/${room}/files?name=${encodeURIComponent(name)}`, {
      method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': type }, body: bytes as unknown as ArrayBuffer,
    });
    const file = (await answer.json()) as { id: number };
    if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${JSON.stringify(file)}`);
    return file.id;
  }

  /** Makes a user an administrator, as somebody at the machine does. */
  async promote(name: string): Promise<void> {
    const child = spawn(process.env.PARLEY_BINARY ?? '', ['user', 'promote', name, '--data-dir', this.#folder]);
    const code = await new Promise(resolve => child.once('exit', resolve));
    if (code !== 0) throw new Error(`nobody is called ${name}`);
  }

  /** Registers a user and gives an access token. */
  async user(name: string): Promise<string> {
    await this.call('POST', '/users/', { username: name, email: `${encodeURIComponent(name).replaceAll('%', '')}@example.org`, password: 'correct horse' });
    return (await this.call('POST', '/token', new URLSearchParams({ username: name, password: 'correct horse' }))).access_token as unknown as string;
  }
}

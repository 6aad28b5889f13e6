import { createServer, connect, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';

interface Link {
  client: Socket;
  server: Socket;
  /** Whether the handshake of a WebSocket has gone through. */
  framed: boolean;
  rest: Buffer;
  /** Both ends stay open and hear nothing more, as when a cable is pulled. */
  frozen: boolean;
  /** When the last delayed piece is due. */
  due: number;
  /** What is delayed: none overtakes another, whatever timers do. */
  later: Buffer[];
}

/** Stands between client and server on a port of its own, and does what networks do. */
export class Proxy {
  readonly #server: NetServer;
  readonly #links = new Set<Link>();
  #lose: RegExp | 'frame' | undefined;
  #refuses = false;
  #lost: (() => void) | undefined;
  /** Each frame of the server comes twice. */
  doubles = false;
  /** What the server says comes this much later. */
  delayMs: () => number = () => 0;

  constructor(target: () => number) {
    this.#server = createServer(client => {
      if (this.#refuses) return void client.resetAndDestroy();
      const server = connect(target(), '127.0.0.1');
      const link: Link = { client, server, framed: false, rest: Buffer.alloc(0), frozen: false, due: 0, later: [] };
      this.#links.add(link);
      let loses = false;
      client.on('data', (piece: Buffer) => {
        if (this.#lose instanceof RegExp && this.#lose.test(piece.toString('latin1'))) {
          this.#lose = undefined;
          loses = true;
        }
        if (!link.frozen) server.write(link.framed ? piece : withoutExtensions(piece));
      });
      server.on('data', (piece: Buffer) => {
        if (link.frozen) return undefined;
        if (this.#lose === 'frame' && link.framed) {
          this.#lose = undefined;
          loses = true;
        }
        if (!loses) return this.#answer(link, piece);
        // The server has done it; nobody will hear of it.
        client.resetAndDestroy();
        this.#lost?.();
        return undefined;
      });
      for (const [one, other] of [[client, server], [server, client]] as const) {
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#links.delete(link);
          if (link.frozen) return;
          // What the server said before it went comes still.
          if (one === server && link.later.length > 0) setTimeout(() => other.end(), link.due - performance.now() + 5);
          else other.destroy();
        });
      }
      return undefined;
    });
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Pulls the cable of all WebSockets: they hear nothing more, no end either. Who comes anew is served. */
  freeze(): void {
    for (const link of this.#links) link.frozen ||= link.framed;
  }

  /** Ends every connection at once, as a router does that restarts; with `refuse` until it is told otherwise. */
  cut(refuse = false): void {
    this.#refuses = refuse;
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#links.clear();
  }

  /** The answer to the next request that matches, or the next frame, is lost, and its connection with it. Resolves then. */
  loseAnswerTo(what: RegExp | 'frame'): Promise<void> {
    this.#lose = what;
    return new Promise(resolve => {
      this.#lost = resolve;
    });
  }

  /** Loses nothing more, and nothing comes late or twice. */
  calm(): void {
    this.#lose = undefined;
    this.doubles = false;
    this.delayMs = () => 0;
  }

  async stop(): Promise<void> {
    this.cut(true);
    await new Promise(resolve => this.#server.close(resolve));
  }

  #answer(link: Link, piece: Buffer): void {
    let out = piece;
    if (link.framed) {
      out = frames(link, piece, this.doubles);
    } else if (piece.toString('latin1').startsWith('HTTP/1.1 101')) {
      link.framed = true;
      const head = piece.indexOf('\r\n\r\n') + 4;
      out = Buffer.concat([piece.subarray(0, head), frames(link, piece.subarray(head), this.doubles)]);
    }
    const now = performance.now();
    link.due = Math.max(link.due, now + this.delayMs());
    if (link.due <= now && link.later.length === 0) return void link.client.write(out);
    link.later.push(out);
    setTimeout(() => link.client.write(link.later.shift() as Buffer), link.due - now);
  }
}

/** Nothing is to be compressed: what refers to the frame before cannot come twice. */
function withoutExtensions(head: Buffer): Buffer {
  return Buffer.from(head.toString('latin1').replace(/\r\nSec-WebSocket-Extensions:[^\r]*/i, ''), 'latin1');
}

/** The frames that are whole by now, texts twice if asked (RFC 6455, 5.2: a server's frames have no mask). */
function frames(link: Link, piece: Buffer, twice: boolean): Buffer {
  const out: Buffer[] = [];
  let all = Buffer.concat([link.rest, piece]);
  for (;;) {
    const size = frameSize(all);
    if (size === undefined || all.length < size) break;
    const frame = all.subarray(0, size);
    out.push(frame);
    if (twice && frame[0] === 0x81) out.push(frame);
    all = all.subarray(size);
  }
  link.rest = all;
  return Buffer.concat(out);
}

function frameSize(bytes: Buffer): number | undefined {
  const short = bytes.length < 2 ? undefined : (bytes[1] as number) & 0x7f;
  if (short === undefined) return undefined;
  if (short < 126) return 2 + short;
  if (short === 126) return bytes.length < 4 ? undefined : 4 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? undefined : 10 + Number(bytes.readBigUInt64BE(2));
}

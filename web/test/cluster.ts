import { spawn, type ChildProcess } from 'node:child_process';
import { Server } from './server.ts';

/** Nodes of one cluster with a PostgreSQL of their own, as `script/cluster` starts them. */
export class Cluster {
  readonly nodes: Server[] = [];
  #process: ChildProcess | undefined;

  async start(count: number): Promise<this> {
    const script = new URL('../../script/cluster', import.meta.url).pathname;
    const child = spawn(script, [String(count), '--no-proxy'], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const said = await new Promise<string>((resolve, reject) => {
      let text = '';
      const hear = (piece: Buffer): void => {
        text += piece.toString();
        if (text.includes('Ctrl-C ends all of them.')) resolve(text);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', code => reject(new Error(`script/cluster ended with ${code}: ${text}`)));
    });
    for (const [, port] of said.matchAll(/^node\d+ +http:\/\/127\.0\.0\.1:(\d+)\//gm)) this.nodes.push(Server.at(Number(port)));
    return this;
  }

  async remove(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.remove()));
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

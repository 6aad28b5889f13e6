import { describe, expect, it } from 'vitest';
import { backoffMs, judgeClose } from '../src/connection/close.ts';
import { transitions, type Input, type Phase } from '../src/connection/state.ts';
import { settle } from '../src/testing.ts';
import { bench } from './support.ts';

const phases = Object.keys(transitions) as Phase[];
const inputs = Object.keys(transitions.idle) as Input[];

describe('the table of states', () => {
  it('lets a stopped connection begin only when somebody asks', () => {
    for (const input of inputs) if (input !== 'connect' && input !== 'disconnect') expect(transitions.stopped[input]).toBe('stopped');
    expect(transitions.stopped.connect).toBe('token');
  });

  it('ends in idle from everywhere when somebody disconnects', () => {
    for (const phase of phases) expect(transitions[phase].disconnect).toBe('idle');
  });

  it('is live only after a token, an open socket, a greeting and an answer', () => {
    let phase: Phase = 'idle';
    const passed: Phase[] = [];
    for (const input of ['connect', 'token', 'open', 'greeted', 'auth_ok'] as const) {
      phase = transitions[phase][input];
      passed.push(phase);
    }
    expect(passed).toEqual(['token', 'opening', 'greeting', 'auth', 'live']);
    for (const from of phases) if (from !== 'auth' && from !== 'live') expect(transitions[from].auth_ok).not.toBe('live');
  });
});

describe('a close code', () => {
  const ending = { failures: 0, drainMs: undefined, retryAfterMs: undefined, hidden: false, random: () => 0.5 };

  it.each([
    [4401, { retry: true, delayMs: 0, cause: 'signed_out', refresh: true }],
    [4403, { retry: false, cause: 'forbidden' }],
    [4409, { retry: false, cause: 'replaced' }],
    [4408, { retry: true, delayMs: 500, cause: 'closed' }],
    [4413, { retry: true, delayMs: 500, cause: 'closed' }],
    [4429, { retry: true, delayMs: 1250, cause: 'rate_limited' }],
    [4400, { retry: false, cause: 'protocol' }],
    [1007, { retry: false, cause: 'protocol' }],
    [1009, { retry: true, delayMs: 250, cause: 'message_too_big' }],
    [1006, { retry: true, delayMs: 250, cause: 'offline' }],
    [1011, { retry: true, delayMs: 250, cause: 'offline' }],
  ])('%i is answered as the contract asks', (code, verdict) => {
    expect(judgeClose({ ...ending, code })).toEqual(verdict);
  });

  it('after a drain comes back when the server said so, and a little later', () => {
    expect(judgeClose({ ...ending, code: 1001, drainMs: 3000 })).toEqual({ retry: true, delayMs: 3500, cause: 'draining' });
  });

  it('waits as long as the rate limit asked, and up to half of it more', () => {
    expect(judgeClose({ ...ending, code: 4429, retryAfterMs: 2000 })).toEqual({ retry: true, delayMs: 2500, cause: 'rate_limited' });
  });

  it('is waited for longer each time, 20 seconds at most, a minute in the background', () => {
    const most = (failures: number, hidden = false): number => backoffMs(failures, hidden, () => 1);
    expect([0, 1, 2, 3, 10].map(n => most(n))).toEqual([500, 1000, 2000, 4000, 20_000]);
    expect(most(10, true)).toBe(60_000);
  });
});

describe('a connection', () => {
  it('signs in by a message and never by its address', async () => {
    const { client, socket, goLive, asked } = bench();
    client.connect();
    await goLive();
    expect(client.state).toEqual({ phase: 'live' });
    expect(socket().url).toBe('ws://server.test/ws');
    expect(socket().said[0]).toMatchObject({ type: 'auth', payload: { token: 't1' } });
    expect(asked).toEqual([{ why: 'connect', token: 't1' }]);
  });

  it('comes back by itself, with a new token after 4401, once', async () => {
    const { client, socket, sockets, goLive, asked, time } = bench();
    client.connect();
    await goLive();
    socket().end(4401);
    await time.pass(1);
    await goLive();
    expect(sockets).toHaveLength(2);
    expect(asked.map(one => one.why)).toEqual(['connect', 'refused']);
    expect(client.state.phase).toBe('live');
  });

  it('says that the server restarts until it is back, unless that takes too many attempts', async () => {
    const { client, socket, goLive, time } = bench();
    const causes: string[] = [];
    client.on('state', state => state.phase === 'waiting' && causes.push(state.cause));
    client.connect();
    await goLive();
    socket().say('server_draining', { reconnect_after_ms: 100 });
    socket().end(1001);
    for (let turn = 0; turn < 7; turn += 1) {
      await time.pass(20_000);
      socket().end(1006);
    }
    expect(causes.slice(0, 8)).toEqual([...Array(7).fill('draining'), 'offline']);
    await time.pass(20_000);
    await goLive();
    socket().end(1006);
    expect(causes.at(-1)).toBe('offline');
  });

  it('stops when the new token is refused as well', async () => {
    const { client, socket, sockets, time } = bench();
    const stopped: unknown[] = [];
    client.on('signedOut', event => stopped.push(event));
    client.connect();
    await settle();
    for (let turn = 0; turn < 2; turn += 1) {
      socket().open();
      socket().end(4401);
      await time.pass(1);
    }
    expect(client.state).toEqual({ phase: 'stopped', cause: 'signed_out' });
    expect(sockets).toHaveLength(2);
    expect(stopped).toHaveLength(1);
  });

  it('gives up an attempt that gets no greeting, and drops what the old socket still says', async () => {
    const { client, socket, sockets, time } = bench();
    client.connect();
    await settle();
    const old = socket();
    old.open();
    await time.pass(5_000);
    expect(client.state.phase).toBe('waiting');
    await time.pass(1_000);
    expect(sockets).toHaveLength(2);
    old.say('connected', {});
    expect(socket().said).toEqual([]);
  });

  it('asks a quiet server whether it is there, and drops one that is not', async () => {
    const { client, socket, goLive, time } = bench();
    client.connect();
    await goLive();
    await time.pass(25_000);
    expect(socket().said.at(-1)).toMatchObject({ type: 'ping' });
    await time.pass(3_000);
    expect(client.state.phase).toBe('waiting');
  });

  it('extends its socket before the token expires', async () => {
    const { client, socket, goLive, asked, time } = bench();
    client.connect();
    await goLive();
    // It has lived a while, and answers.
    socket().hears = frame => {
      if (frame.type === 'ping') socket().say('pong', {}, frame.id);
    };
    await time.pass(90_000);
    socket().say('auth_expiring', { expires_at: '' });
    await time.pass(1);
    expect(asked.at(-1)?.why).toBe('expiring');
    expect(socket().said.at(-1)).toMatchObject({ type: 'auth', payload: { token: 't2' } });
  });

  it('extends a token that lives a minute three times a minute, though each new one is warned of at once', async () => {
    const { client, socket, goLive, asked, time } = bench();
    client.connect();
    await goLive();
    socket().hears = frame => {
      if (frame.type === 'ping') socket().say('pong', {}, frame.id);
      if (frame.type !== 'auth') return;
      socket().say('auth_ok', { user: { id: 2, username: 'ada' }, expires_at: '' }, frame.id);
      socket().say('auth_expiring', { expires_at: '' });
    };
    socket().say('auth_expiring', { expires_at: '' });
    await time.pass(61_000);
    expect(asked.map(one => one.why)).toEqual(['connect', 'expiring', 'expiring', 'expiring']);
  });

  it('does not count a life of less than 30 seconds as a success', async () => {
    const { client, socket, goLive, time } = bench();
    client.connect();
    const waits: number[] = [];
    client.on('state', state => {
      if (state.phase === 'waiting') waits.push(Math.round(state.retryAt - time.now()));
    });
    for (let turn = 0; turn < 3; turn += 1) {
      await goLive();
      socket().end(1006);
      await time.pass(10_000);
    }
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('leaves no timer and no waiting command behind when it is ended', async () => {
    const { client, goLive, time } = bench();
    client.connect();
    await goLive();
    const answer = client.ask('ping', {});
    client.disconnect();
    await expect(answer).rejects.toMatchObject({ code: 'closed' });
    expect(time.waiting).toBe(0);
    expect(client.state).toEqual({ phase: 'idle' });
  });
});

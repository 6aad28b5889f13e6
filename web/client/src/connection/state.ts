/** Where a connection is. An attempt runs through `token` to `auth`; `waiting` is between two attempts. */
export type Phase = 'idle' | 'token' | 'opening' | 'greeting' | 'auth' | 'live' | 'waiting' | 'stopped';

/** What happens to it. `due` is the end of the wait, or the person's "Try now". */
export type Input = 'connect' | 'disconnect' | 'token' | 'open' | 'greeted' | 'auth_ok' | 'lost' | 'refused' | 'due';

/** Every phase with every input: a hole does not compile. The same phase means that nothing happens. */
export const transitions: Record<Phase, Record<Input, Phase>> = {
  idle: {
    connect: 'token', disconnect: 'idle', token: 'idle', open: 'idle', greeted: 'idle', auth_ok: 'idle',
    lost: 'idle', refused: 'idle', due: 'idle',
  },
  token: {
    connect: 'token', disconnect: 'idle', token: 'opening', open: 'token', greeted: 'token', auth_ok: 'token',
    lost: 'waiting', refused: 'stopped', due: 'token',
  },
  opening: {
    connect: 'opening', disconnect: 'idle', token: 'opening', open: 'greeting', greeted: 'opening', auth_ok: 'opening',
    lost: 'waiting', refused: 'stopped', due: 'opening',
  },
  greeting: {
    connect: 'greeting', disconnect: 'idle', token: 'greeting', open: 'greeting', greeted: 'auth', auth_ok: 'greeting',
    lost: 'waiting', refused: 'stopped', due: 'greeting',
  },
  auth: {
    connect: 'auth', disconnect: 'idle', token: 'auth', open: 'auth', greeted: 'auth', auth_ok: 'live',
    lost: 'waiting', refused: 'stopped', due: 'auth',
  },
  live: {
    connect: 'live', disconnect: 'idle', token: 'live', open: 'live', greeted: 'live', auth_ok: 'live',
    lost: 'waiting', refused: 'stopped', due: 'live',
  },
  waiting: {
    connect: 'waiting', disconnect: 'idle', token: 'waiting', open: 'waiting', greeted: 'waiting', auth_ok: 'waiting',
    lost: 'waiting', refused: 'stopped', due: 'token',
  },
  stopped: {
    connect: 'token', disconnect: 'idle', token: 'stopped', open: 'stopped', greeted: 'stopped', auth_ok: 'stopped',
    lost: 'stopped', refused: 'stopped', due: 'stopped',
  },
};

/** Why a connection waits or stopped, for people and programs. */
export type Cause =
  | 'offline' | 'draining' | 'blocked' | 'closed' | 'rate_limited' | 'signed_out' | 'replaced' | 'forbidden' | 'protocol'
  | 'message_too_big';

/** What a page shows. */
export type ConnectionState =
  | { phase: 'idle' }
  | { phase: 'connecting' }
  | { phase: 'live' }
  | { phase: 'waiting'; attempt: number; retryAt: number; cause: Cause }
  | { phase: 'stopped'; cause: Cause };

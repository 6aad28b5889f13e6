import type { Cause } from './state.ts';

/** What the client knows when a socket ends. */
export interface Ending {
  code: number;
  /** Failed attempts since the last one that was live for 30 s. */
  failures: number;
  /** Of `server_draining`, if it came. */
  drainMs: number | undefined;
  /** Whether the server said that it restarts, and no attempt was live since. */
  restarts?: boolean;
  /** Of the last `error`, if it came. */
  retryAfterMs: number | undefined;
  hidden: boolean;
  random: () => number;
}

export type Verdict =
  | { retry: true; delayMs: number; cause: Cause; refresh?: boolean }
  | { retry: false; cause: Cause };

/** The wait before attempt `failures`: the first one is spread as well, so that a restart is no stampede. */
export function backoffMs(failures: number, hidden: boolean, random: () => number): number {
  const most = hidden ? 60_000 : 20_000;
  return random() * Math.min(most, 500 * 2 ** Math.min(failures, 16));
}

/** As many attempts may fail before a restart counts as an outage. */
const restart_attempts = 6;

/** What to do after a close code (contract, section 1). */
export function judgeClose(ending: Ending): Verdict {
  const { code, random } = ending;
  const backoff = backoffMs(ending.failures, ending.hidden, random);
  switch (code) {
    case 4401:
      return { retry: true, delayMs: 0, cause: 'signed_out', refresh: true };
    case 4403:
      return { retry: false, cause: 'forbidden' };
    case 4409:
      return { retry: false, cause: 'replaced' };
    case 4408:
    case 4413:
      return { retry: true, delayMs: random() * 1000, cause: 'closed' };
    case 4429:
      return { retry: true, delayMs: (ending.retryAfterMs ?? 1000) * (1 + random() / 2), cause: 'rate_limited' };
    case 1009:
      return { retry: true, delayMs: backoff, cause: 'message_too_big' };
    case 1002:
    case 1003:
    case 1007:
    case 4400:
      return { retry: false, cause: 'protocol' };
    default:
      if (ending.drainMs !== undefined)
        return { retry: true, delayMs: ending.drainMs + random() * 1000, cause: 'draining' };
      return { retry: true, delayMs: backoff, cause: ending.restarts && ending.failures <= restart_attempts ? 'draining' : 'offline' };
  }
}

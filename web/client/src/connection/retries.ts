import type { Time } from '../time.ts';
import { judgeClose, type Verdict } from './close.ts';
import { isHidden } from './wake.ts';

const stable_ms = 30_000;

/** What a socket knows of its earlier attempts, and what that means for the next one. */
export class Retries {
  readonly #time: Time;
  readonly #random: () => number;
  #failures = 0;
  #drainMs: number | undefined;
  #restarts = false;
  #retryAfterMs: number | undefined;
  #cancelStable: (() => void) | undefined;

  constructor(time: Time, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  /** Attempts that ended since the last one that was live for 30 s. */
  get failures(): number {
    return this.#failures;
  }

  /** An attempt begins: what the server said to the one before is past. */
  begin(): void {
    this.#drainMs = this.#retryAfterMs = undefined;
  }

  /** A frame whose members may say when to come back. */
  hear(type: string, members: { reconnect_after_ms?: number | undefined; retry_after_ms?: number | undefined }): void {
    if (type === 'server_draining') {
      this.#drainMs = members.reconnect_after_ms;
      this.#restarts = true;
    }
    if (type === 'error') this.#retryAfterMs = members.retry_after_ms ?? this.#retryAfterMs;
  }

  /** The attempt is live. What failed before is forgotten if it stays so for 30 s. */
  live(): void {
    this.#restarts = false;
    this.#cancelStable = this.#time.setTimer(() => {
      this.#failures = 0;
    }, stable_ms);
  }

  /** The attempt is over, however it ended. */
  over(): void {
    this.#cancelStable?.();
  }

  /** What to do after that close code; an attempt after which another one comes is counted. */
  judge(code: number): Verdict {
    const verdict = judgeClose({
      code, failures: this.#failures, drainMs: this.#drainMs, restarts: this.#restarts, retryAfterMs: this.#retryAfterMs,
      hidden: isHidden(), random: this.#random,
    });
    if (verdict.retry) this.#failures += 1;
    return verdict;
  }

  /** Nobody waits for the next attempt any more. */
  forget(): void {
    this.over();
    this.#failures = 0;
  }
}

/** Time and chance as the library takes them; tests give their own. */
export interface Time {
  /** Milliseconds since 1970, for what is stored. */
  now(): number;
  /** Milliseconds that only grow, for what is measured. */
  monotonic(): number;
  /** Calls `fn` once after `ms`; the answer takes it back. */
  setTimer(fn: () => void, ms: number): () => void;
}

export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(fn, ms) {
    const id = setTimeout(fn, ms);
    return () => clearTimeout(id);
  },
};

/** 128 random bits as 32 hexadecimal digits; `randomUUID` is missing on plain-HTTP hosts. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Why a token is asked for: a call or a socket wants one; one was refused; the socket's is about to expire. */
export type TokenReason = 'call' | 'connect' | 'refused' | 'expiring';

/** Where the client's access tokens come from. */
export interface TokenSource {
  /** A token that should serve now. Rejects with `signed_out` if there will be none. */
  get(why: TokenReason, signal?: AbortSignal): Promise<string>;
}

/** One token that never changes, for programs that got it elsewhere. */
export function staticToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token) };
}

import { ParleyError } from '../errors.ts';
import { operations, type Operations } from '../generated/http.ts';
import type { TokenSource } from '../tokens/source.ts';

export interface CallOptions {
  signal?: AbortSignal;
  /** 10000 by default. */
  timeoutMs?: number;
  headers?: Record<string, string>;
}

export interface HttpContext {
  /** Where the server is, with a `/` at its end. */
  readonly base: URL;
  readonly fetch: typeof fetch;
  readonly lang: () => string | undefined;
}

type Input<Name extends keyof Operations> = Operations[Name]['input'];

/** The body of a form (`POST /token`), everything else as JSON. */
function encode(body: unknown, kind: 'form' | undefined): { type: string; text: string | URLSearchParams } {
  if (kind === 'form')
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(body as Record<string, string>) };
  return { type: 'application/json', text: JSON.stringify(body) };
}

/** The error that a refused answer means (RFC 9457). */
export async function errorOf(answer: Response): Promise<ParleyError> {
  const retry = Number(answer.headers.get('Retry-After'));
  const details = {
    status: answer.status,
    retryAfterMs: Number.isFinite(retry) && retry > 0 ? retry * 1000 : undefined,
    retryable: [408, 429, 500, 502, 503, 504].includes(answer.status),
  };
  try {
    const problem = await answer.json();
    if (typeof problem.code === 'string')
      return new ParleyError(problem.code, problem.detail, { ...details, fields: problem.errors });
  } catch {
    // A proxy answers pages of its own: only the status says something.
  }
  return new ParleyError(answer.status >= 500 ? 'internal' : 'protocol', `HTTP ${answer.status}`, details);
}

/** `fetch` with a limit of time; a broken network is `offline`, the limit is `timeout`. */
export async function fetchLimited(context: HttpContext, url: URL, init: RequestInit, options: CallOptions): Promise<Response> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    return await context.fetch(url, { ...init, signal, referrerPolicy: 'no-referrer', cache: 'no-store' });
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw new ParleyError(limit.aborted ? 'timeout' : 'offline', undefined, { cause: error });
  }
}

function requestOf<Name extends keyof Operations>(context: HttpContext, name: Name, input: Input<Name>): [URL, RequestInit] {
  const [method, pattern, kind] = operations[name];
  const { body, ...rest } = input as Record<string, unknown>;
  const path = pattern.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(String(value));
  });
  const url = new URL(path.slice(1), context.base);
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) url.searchParams.set(key, String(value));
  const headers: Record<string, string> = { Accept: 'application/json' };
  const lang = context.lang();
  if (lang) headers['Accept-Language'] = lang;
  if (body === undefined) return [url, { method, headers }];
  const { type, text } = encode(body, kind);
  return [url, { method, headers: { ...headers, 'Content-Type': type }, body: text }];
}

/** Calls an operation of the HTTP interface without a token. */
export async function callOpen<Name extends keyof Operations>(
  context: HttpContext, name: Name, input: Input<Name>, options: CallOptions = {},
): Promise<Operations[Name]['answer']> {
  const [url, init] = requestOf(context, name, input);
  const headers = { ...(init.headers as Record<string, string>), ...options.headers };
  return read(await fetchLimited(context, url, { ...init, headers }, options));
}

/** Calls it as the user of the token; a refused token is refreshed once. */
export async function call<Name extends keyof Operations>(
  context: HttpContext, auth: TokenSource, name: Name, input: Input<Name>, options: CallOptions = {},
): Promise<Operations[Name]['answer']> {
  return callWith(context, auth, requestOf(context, name, input), options);
}

/** The same of an operation whose body is bytes. */
export async function callWithBytes<Name extends keyof Operations>(
  context: HttpContext, auth: TokenSource, name: Name, input: Input<Name>, bytes: Blob, type: string, options: CallOptions = {},
): Promise<Operations[Name]['answer']> {
  const [url, init] = requestOf(context, name, input);
  const headers = { ...(init.headers as Record<string, string>), 'Content-Type': type };
  return callWith(context, auth, [url, { ...init, headers, body: bytes }], options);
}

async function callWith<Answer>(
  context: HttpContext, auth: TokenSource, [url, init]: [URL, RequestInit], options: CallOptions,
): Promise<Answer> {
  for (let repeated = false; ; repeated = true) {
    const token = await auth.get(repeated ? 'refused' : 'call', options.signal);
    const headers = { ...(init.headers as Record<string, string>), ...options.headers, Authorization: `Bearer ${token}` };
    const answer = await fetchLimited(context, url, { ...init, headers }, options);
    if (answer.status !== 401 || repeated) return read(answer);
  }
}

async function read<Answer>(answer: Response): Promise<Answer> {
  if (!answer.ok) throw await errorOf(answer);
  if (answer.status === 204) return undefined as Answer;
  try {
    return (await answer.json()) as Answer;
  } catch (error) {
    throw new ParleyError('protocol', 'the answer is no JSON', { cause: error, retryable: true });
  }
}

import type { ErrorCode } from './generated/codes.ts';

/** What the library itself finds wrong, beside the codes of the server. */
export type LocalCode =
  | 'offline' | 'timeout' | 'closed' | 'outbox_full' | 'outbox_expired' | 'protocol' | 'signed_out' | 'unsupported';

/** A code of the server or of the library; open, so that a newer server breaks no `switch`. */
export type Code = ErrorCode | LocalCode | (string & {});

export interface ErrorDetails {
  /** Of the HTTP answer. */
  status?: number | undefined;
  /** Of the socket. */
  closeCode?: number | undefined;
  retryable?: boolean | undefined;
  retryAfterMs?: number | undefined;
  fields?: readonly { field: string; message: string }[] | undefined;
  cause?: unknown;
}

/** The one class of error that the library rejects with; aborts reject with the signal's reason instead. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: Code;
  readonly status: number | undefined;
  readonly closeCode: number | undefined;
  /** Whether the same attempt may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** The faults of a form, all at once. */
  readonly fields: readonly { field: string; message: string }[];

  constructor(code: Code, message?: string, details: ErrorDetails = {}) {
    super(message || code, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.closeCode = details.closeCode;
    this.retryable = details.retryable ?? isRetryable(code);
    this.retryAfterMs = details.retryAfterMs;
    this.fields = details.fields ?? [];
  }
}

function isRetryable(code: Code): boolean {
  return ['offline', 'timeout', 'closed', 'rate_limited', 'internal', 'draining', 'server_full'].includes(code);
}

/** Whether it is an error of ours, with that code if one is given; works across two copies of the package. */
export function isParleyError(error: unknown, code?: Code): error is ParleyError {
  return error instanceof Error && error.name === 'ParleyError'
    && (code === undefined || (error as ParleyError).code === code);
}

/** Kinds of refusal; each becomes one HTTP status in one place (kit/http.ts). */
export type ErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "invalid"
  | "too_large"
  | "too_many"
  | "unavailable";

export type ErrorParams = Record<string, string | number>;

/**
 * An expected refusal. `code` ("campaigns.pinned_exceed_total") is also the i18n key of the sentence people read, so a new code
 * needs its three sentences. `cause` reaches the log and nobody else.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    readonly params: ErrorParams = {},
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
  readonly retryAfterMs: number | undefined;
}

/** An outside service failed. Adapters decide `retryable` by status and typed fields, never by searching text. */
export class IntegrationError extends Error {
  override readonly name = "IntegrationError";
  constructor(
    readonly service: string,
    message: string,
    readonly options: {
      retryable: boolean;
      retryAfterMs?: number;
      status?: number;
      /** What went wrong in a word of the port that the adapter serves; rooms have a sentence for each. */
      problem?: string;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }
}

export const notFound = (code: string, params?: ErrorParams) => new AppError("not_found", code, params);
export const conflict = (code: string, params?: ErrorParams) => new AppError("conflict", code, params);
export const invalid = (code: string, params?: ErrorParams) => new AppError("invalid", code, params);
/** Above a limit: when to come again is in the sentence and in Retry-After. */
export const tooManyRequests = (waitMs: number) =>
  new AppError("too_many", "common.too_many_requests", { seconds: Math.ceil(waitMs / 1000) }, { retryAfterMs: waitMs });
export const forbidden = (code: string, params?: ErrorParams) => new AppError("forbidden", code, params);

/** Whether `error` is the database's refusal by the constraint or unique index of that name. */
export function violates(error: unknown, constraint: string): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("constraint_name" in at && at.constraint_name === constraint) return true;
  }
  return false;
}

/** For the end of exhaustive switches. */
export function never(value: never): never {
  throw new Error(`impossible value: ${String(value)}`);
}

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

/** Whether an error, or its cause, carries one of these codes. */
export function hasCode(error: unknown, codes: { has(code: string): boolean }): boolean {
  for (let at: unknown = error, depth = 0; at && depth < 5; at = (at as { cause?: unknown }).cause, depth++) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === "string" && codes.has(code)) return true;
  }
  return false;
}

const awayCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ENOENT",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "08001",
  "53300",
  "53100",
  "57014",
]);

/** True when an error, or its cause, says that PostgreSQL is down, restarting, full or out of connections. */
export const isDatabaseAway = (error: unknown): boolean => hasCode(error, awayCodes);

/**
 * Whether everything else would fail of it too. Of one statement that takes too long (57014) that is not known: what it asks about may be
 * large, and would keep whatever stands behind it waiting for ever. An outside service that refuses connections has the same codes as a
 * cause, and is one server of many.
 */
export const isOutage = (error: unknown): boolean =>
  isDatabaseAway(error) && !hasCode(error, new Set(["57014"])) && !isOfOutside(error);

function isOfOutside(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof IntegrationError) return true;
  return false;
}

/**
 * SQLSTATEs that blame the moment and not what was asked: connections (08), serialization and deadlocks (40), no resources (53),
 * somebody's intervention and time-outs (57), the system under PostgreSQL (58), a lock not got, a transaction ended for idling, a
 * server that is read-only while another takes over.
 */
const passingStates = { has: (code: string) => /^(?:(?:08|40|53|57|58)[0-9A-Z]{3}|55P03|25P03|25006)$/.test(code) };

/**
 * Whether an error is nobody's fault and passes: the database is away or busy, an outside service is, or one of ours says "come again in
 * a moment". Everything else that is thrown again and again is thrown by what is worked on.
 */
export function isPassing(error: unknown): boolean {
  if (isDatabaseAway(error) || hasCode(error, passingStates)) return true;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AppError && (at.kind === "unavailable" || at.kind === "too_many")) return true;
    if (at instanceof IntegrationError && at.options.retryable) return true;
  }
  return false;
}

/** For the end of exhaustive switches. */
export function never(value: never): never {
  throw new Error(`impossible value: ${String(value)}`);
}

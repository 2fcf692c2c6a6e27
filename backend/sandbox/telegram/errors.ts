/** Parameters that accompany some failures, as the Bot API names them. */
export interface FailureParameters {
  /** Whole seconds to wait, at least 1. */
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/**
 * A refusal of the Bot API. `errorCode` is also the HTTP status; `description` already carries its prefix
 * ("Bad Request: …"), exactly as clients see it.
 */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";

  constructor(
    readonly errorCode: number,
    readonly description: string,
    readonly parameters?: FailureParameters,
  ) {
    super(description);
  }
}

/** 400. Server codes in capitals pass unchanged; other texts get a lower-case first letter, as the real server does. */
export function badRequest(text: string, parameters?: FailureParameters): ApiFailure {
  const isServerCode = /^[A-Z0-9_]+$/.test(text);
  const body = isServerCode ? text : text.charAt(0).toLowerCase() + text.slice(1);
  return new ApiFailure(400, `Bad Request: ${body}`, parameters);
}

/** 403: the bot may not do this in this chat. */
export const forbidden = (text: string): ApiFailure => new ApiFailure(403, `Forbidden: ${text}`);

/** 409: two ways of receiving updates collide. */
export const conflict = (text: string): ApiFailure => new ApiFailure(409, `Conflict: ${text}`);

/** 429 with `retry_after` in whole seconds, never below 1. */
export function tooManyRequests(waitMs: number): ApiFailure {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ApiFailure(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

/** The body of a refusal, byte for byte in the order of the real server. */
export function failureBody(failure: ApiFailure): string {
  return JSON.stringify({
    ok: false,
    error_code: failure.errorCode,
    description: failure.description,
    ...(failure.parameters ? { parameters: failure.parameters } : {}),
  });
}

/** What a failed call of the Bot API is to the rest of the product. */
import { IntegrationError } from "@backend/kit/errors.ts";
import { GrammyError, HttpError } from "grammy";

/** grammY's errors carry the payload, and fetch's carry the address with the token: only status and description go on. */
function toIntegrationError(error: unknown): IntegrationError {
  if (error instanceof GrammyError)
    return new IntegrationError("telegram", error.description, {
      retryable: error.error_code === 429 || error.error_code >= 500,
      retryAfterMs: error.parameters.retry_after === undefined ? undefined : error.parameters.retry_after * 1000,
      status: error.error_code,
    });
  if (error instanceof HttpError)
    return new IntegrationError("telegram", "Telegram could not be reached", { retryable: true });
  return new IntegrationError("telegram", error instanceof Error ? error.name : "unknown failure", { retryable: true });
}

/** The answer of a call of the Bot API; throws IntegrationError. */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toIntegrationError(error);
  }
}

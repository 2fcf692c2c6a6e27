/** Logs and reports are asked in two spellings: builds refuse the fields of the one that they do not know. */
import { IntegrationError } from "@backend/kit/errors.ts";

export type Dialect = "new" | "old";

/**
 * Asks in the dialect that is known; else, and when a known one is refused after an upgrade, in both, each tried once. Answers
 * which one was understood.
 */
export async function inDialect<Answer>(
  known: Dialect | null,
  ask: (dialect: Dialect) => Promise<Answer>,
): Promise<{ answer: Answer; dialect: Dialect }> {
  const first = known ?? "new";
  try {
    return { answer: await ask(first), dialect: first };
  } catch (error) {
    if (!isRefusedRequest(error)) throw error;
    const second = first === "new" ? "old" : "new";
    return { answer: await ask(second), dialect: second };
  }
}

const isRefusedRequest = (error: unknown): boolean =>
  error instanceof IntegrationError && error.options.problem === "request_refused";

/** What tests of calls to the outside share. */
import { IntegrationError } from "./errors.ts";

/** How a call failed. What is no failure of an outside service is thrown on; so is a call that did not fail. */
export async function failureOf(work: Promise<unknown>): Promise<IntegrationError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

/** The word for what went wrong, and whether a repeat may help. */
export async function problemOf(work: Promise<unknown>): Promise<[problem: string | undefined, isRetryable: boolean]> {
  const { options } = await failureOf(work);
  return [options.problem, options.retryable];
}

/**
 * Calls until a limit answers 429, and gives what the calls were answered, that one last. Limits refill while a test goes on: how
 * many pass before, and whether the call after a refused one is refused too, depends on the machine. Ends after 2,000 calls.
 */
export async function untilLimited<Answer extends { status: number }>(
  call: () => Promise<Answer>,
): Promise<[...passed: Answer[], limited: Answer]> {
  const passed: Answer[] = [];
  while (passed.length < 2_000) {
    const answer = await call();
    if (answer.status === 429) return [...passed, answer];
    passed.push(answer);
  }
  throw new Error("no limit was met");
}

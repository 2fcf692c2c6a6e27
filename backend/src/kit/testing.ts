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

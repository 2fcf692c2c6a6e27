/** What tests of this folder share. */
import { failureOf } from "@backend/kit/testing.ts";
import type { KeitaroFault } from "@sandbox/keitaro/index.ts";

/** How a tracker fails, and the word for it, whatever it was asked. */
export const faultsWithProblems: readonly (readonly [KeitaroFault, string])[] = [
  ["html", "not_a_tracker"],
  ["hang", "timed_out"],
  ["redirect", "redirected"],
  ["no_licence", "no_api"],
  ["no_permission", "not_allowed"],
  ["cloudflare", "blocked"],
  ["broken_json", "unreadable"],
  [{ status: 400 }, "request_refused"],
  [{ status: 404 }, "not_a_tracker"],
  [{ status: 406 }, "request_refused"],
  [{ status: 422 }, "request_refused"],
  [{ status: 429 }, "busy"],
  [{ status: 500 }, "failing"],
  [{ status: 502 }, "failing"],
  [{ status: 503 }, "failing"],
];

/** The word for how a call failed. */
export const problemOf = async (work: Promise<unknown>) => (await failureOf(work)).options.problem;

/** What keeps a route from being saved, beside the field it is about. */
import { type RouteDraft, type RouteProblem, routeProblem } from "@backend/modules/conversions/domain/conditions.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { type AppTranslator, sentenceOf } from "@miniapp/shared/i18n.ts";

const prefix = "conversions.";
type NameOf<Code> = Code extends `${typeof prefix}${infer Name}` ? Name : never;

export interface RouteProblemShown {
  field: string;
  index: number | null;
  text: string;
}

/** What keeps the draft from being saved, in the reader's words. */
export function problemOf(draft: RouteDraft, t: AppTranslator): RouteProblemShown | null {
  const problem = routeProblem(draft);
  if (!problem) return null;
  const name = problem.code.slice(prefix.length) as NameOf<RouteProblem["code"]>;
  return { field: problem.field, index: problem.index ?? null, text: t(`app.route.problem.${name}`) };
}

/** Whether a draft can be tried on conversions: nobody need be told yet. */
export function isTriable(draft: RouteDraft): boolean {
  const problem = routeProblem(draft);
  return problem === null || problem.field === "targets";
}

/** The field that a refusal of the server is about; regular expressions are checked there alone. */
export function refusalOf(error: unknown, t: AppTranslator): RouteProblemShown | null {
  if (!(error instanceof ApiError)) return null;
  const { field, index } = error.params;
  if (typeof field !== "string") return null;
  return { field, index: typeof index === "number" ? index : null, text: sentenceOf(t, error) };
}

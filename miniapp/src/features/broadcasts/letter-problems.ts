/** What is wrong with a letter, asked of the same rules that the server asks. */
import { checkLetter, type LetterProblem } from "@backend/modules/messaging/domain/check-letter.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Letter, variablesQuery } from "./letters-api.ts";

export type { LetterProblem };

/** Null until it is known which fields the workspace has. */
export function useLetterProblems(letter: Letter): LetterProblem[] | null {
  const { data: fields } = useQuery(variablesQuery);
  return (
    useMemo(() => fields && checkLetter(letter, { fields: fields.map(({ key }) => key) }), [letter, fields]) ?? null
  );
}

export const problemWords = (t: AppTranslator, problem: LetterProblem): string =>
  t.find(problem.code, problem.params) ?? problem.code;

/** The problems of a place and of everything in it ("buttons" has those of its buttons). */
export const problemsAt = (
  problems: readonly LetterProblem[],
  language: string,
  ...places: string[]
): LetterProblem[] =>
  problems.filter(
    (one) =>
      one.language === language && places.some((place) => one.place === place || one.place.startsWith(`${place}.`)),
  );

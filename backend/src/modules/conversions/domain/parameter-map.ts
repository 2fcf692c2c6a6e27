/** Which parameter of a tracker's calls means what, as a person said it. */
import { type CallFact, callFacts } from "./tracker-kinds.ts";

export const maxParameterName = 100;
export const maxSubId = 30;

/** A fact of a call, or one of its numbered sub ids: what a parameter can be read as. */
export type Meaning = CallFact | `sub_${number}`;

/** `Meaning` → parameter, its name folded as names in calls are. Reading passes over what is no meaning. */
export type ParameterMap = Readonly<Record<string, string>>;

export const meanings: readonly Meaning[] = [
  ...callFacts,
  ...Array.from({ length: maxSubId }, (_, index): Meaning => `sub_${index + 1}`),
];
const known: ReadonlySet<string> = new Set(meanings);
export const isMeaning = (name: string): name is Meaning => known.has(name);

/** How names of parameters are compared: without the `[]` that some senders put behind list names, in lower case. */
export function foldParameter(name: string): string {
  return name
    .replaceAll("\0", "")
    .trim()
    .replace(/(?:\[\])+$/, "")
    .toLowerCase();
}

/**
 * A map as a person made it; undefined when it names a fact that is none, a parameter that is too long, or one parameter for two
 * facts. An empty name takes a fact out of the map.
 */
export function readParameterMap(entries: Readonly<Record<string, string>>): ParameterMap | undefined {
  const map: Record<string, string> = {};
  const taken = new Set<string>();
  for (const [fact, written] of Object.entries(entries)) {
    const name = foldParameter(written.toWellFormed());
    if (!isMeaning(fact) || name.length > maxParameterName || taken.has(name)) return undefined;
    if (name === "") continue;
    taken.add(name);
    map[fact] = name;
  }
  return map;
}

/** The stored map without what this version does not know. */
export const knownParameters = (stored: Readonly<Record<string, string>>): ParameterMap =>
  Object.fromEntries(Object.entries(stored).filter(([fact]) => isMeaning(fact)));

/** The map after a parameter was given a meaning, or none of its own: each parameter has one, and each meaning one parameter. */
export function withMeaning(map: ParameterMap, name: string, meaning: Meaning | null): Record<string, string> {
  const rest = Object.entries(map).filter(([fact, other]) => other !== name && fact !== meaning);
  return Object.fromEntries(meaning === null ? rest : [...rest, [meaning, name]]);
}

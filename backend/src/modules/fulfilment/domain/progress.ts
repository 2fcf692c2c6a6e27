/** What a worker says of his work: counts that are added up, and the rest, which is proof. */

/** Counts that have words on the screen (S-175). */
export const countNames = ["views_added", "reactions_added", "comments_added", "reposts_added"] as const;
export type CountName = (typeof countNames)[number];
/** Everything that is a number of the work itself; `progress` is percent. */
export const progressNames = ["progress", ...countNames] as const;

export interface ReadResponse {
  progress: Record<string, number>;
  proof: Record<string, unknown> | null;
}

/** Splits `response_data`. Numbers have been checked by the contract. */
export function readResponse(data: Readonly<Record<string, unknown>>): ReadResponse {
  const progress: Record<string, number> = {};
  const proof: [string, unknown][] = [];
  for (const [name, value] of Object.entries(data)) {
    if ((progressNames as readonly string[]).includes(name) && typeof value === "number") progress[name] = value;
    else proof.push([name, value]);
  }
  return { progress, proof: proof.length > 0 ? Object.fromEntries(proof) : null };
}

/** A line of proof as a customer reads it: text, or an address that may be opened. */
export interface ProofLine {
  name: string;
  text: string;
  url: string | null;
}

const linesAtMost = 12;
const longestText = 500;

/**
 * Proof that can be shown: texts, numbers and addresses, and lists of them, each once. Only https addresses can be opened, and what is nested
 * deeper stays in the API: it comes from outside.
 */
export function proofLines(proof: Readonly<Record<string, unknown>> | null): ProofLine[] {
  const lines: ProofLine[] = [];
  for (const [name, value] of Object.entries(proof ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== "string" && typeof one !== "number" && typeof one !== "boolean") continue;
      const text = String(one).slice(0, longestText);
      if (lines.some((line) => line.name === name && line.text === text)) continue;
      lines.push({ name: name.slice(0, 60), text, url: isHttps(text) ? text : null });
    }
  }
  return lines.slice(0, linesAtMost);
}

const isHttps = (text: string) => /^https:\/\/[^\s/]+\.[^\s/]+(?:\/\S*)?$/.test(text);

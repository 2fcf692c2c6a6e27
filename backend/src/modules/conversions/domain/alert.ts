/** What an alert is about, and how messengers write marks. Its words: template.ts. */
import type { KnownAmount } from "./identity.ts";
import type { ConversionFacts } from "./read-call.ts";
import type { CanonicalStatus } from "./status-map.ts";

/** How the messenger writes marks. Each takes plain text and makes it harmless. */
export interface Markup {
  plain(text: string): string;
  bold(text: string): string;
  code(text: string): string;
  /** Plain text on one line, without controls and direction marks. */
  singleLine(text: string): string;
  /** Plain text of at most so many characters. */
  truncate(text: string, maxLength: number): string;
}

export interface Alert {
  facts: ConversionFacts;
  /** What was known before, when this is a correction of the amount. */
  correctedFrom: KnownAmount | null;
  /** Found in the tracker's log after its postback was missed. */
  isRecovered: boolean;
  /** Sent by the test button; no conversion stands behind it. */
  isTest: boolean;
  /** Told again, or tried in the lab: nothing new has happened. */
  isReplay?: boolean;
}

export const statusSigns: Readonly<Record<CanonicalStatus, string>> = {
  lead: "📝",
  sale: "💵",
  rejected: "❌",
  rebill: "🔁",
  registration: "🆕",
  deposit: "💰",
  trash: "🗑",
  other: "🔔",
};

import type { Translate } from "@backend/i18n/index.ts";

/** Why a recipient got no message, in a sentence. Reasons are keys of sentences, of deliveries or of this room. */
export const reasonSentence = (t: Translate, reason: string): string => t.find(reason) ?? t("results.reason_other");

/**
 * A tracker's words for what happened, and ours. The set is open: Keitaro v11 lets its users define types, and
 * `{status:lead=reg sale=dep}` lets them send any word, so a word we do not know is "other" and keeps its own name.
 */

export const canonicalStatuses = [
  "lead",
  "sale",
  "rejected",
  "rebill",
  "registration",
  "deposit",
  "trash",
  "other",
] as const;
export type CanonicalStatus = (typeof canonicalStatuses)[number];
/** A connection's own words, folded by `foldStatus`; they win over the defaults. */
export type StatusMap = Readonly<Record<string, CanonicalStatus>>;

/** Most words a connection may define, and the longest. */
export const maxStatusWords = 200;
export const maxStatusWordLength = 60;

const wordsOf: Readonly<Record<Exclude<CanonicalStatus, "other">, readonly string[]>> = {
  lead: [
    ..."lead leads hold on_hold pending wait waiting new open processing in_progress 0".split(" "),
    ..."лид холд в_холде ожидание ожидает новый новая в_обработке".split(" "),
    ..."лід очікування очікує новий нова в_обробці".split(" "),
  ],
  sale: [
    ..."sale sales approved approve accepted confirmed confirm paid purchase buy converted success 1".split(" "),
    ..."продажа подтверждён подтвержден подтверждено одобрен одобрено принят оплачен оплачено покупка апрув".split(" "),
    ..."продаж підтверджено схвалено прийнято оплачено купівля".split(" "),
  ],
  rejected: [
    ..."rejected reject declined decline cancelled canceled cancel refused denied chargeback refund 2".split(" "),
    ..."отказ отклонён отклонен отклонено отменён отменен отменено возврат реджект".split(" "),
    ..."відмова відхилено скасовано повернення".split(" "),
  ],
  rebill: [
    ..."rebill rebills upsell resale recurring redep redeposit repeat_deposit".split(" "),
    ..."ребилл ребил допродажа повторный_депозит редеп".split(" "),
    ..."ребіл допродаж повторний_депозит".split(" "),
  ],
  registration: [
    ..."registration register registered reg signup sign_up".split(" "),
    ..."регистрация рега рег зарегистрирован".split(" "),
    ..."реєстрація реєстрований зареєстровано".split(" "),
  ],
  deposit: [
    ..."deposit dep ftd first_deposit first_time_deposit".split(" "),
    ..."депозит деп первый_депозит фтд".split(" "),
    ..."перший_депозит".split(" "),
  ],
  trash: [
    ..."trash spam fraud invalid duplicate double fake bot test_lead".split(" "),
    ..."треш трэш спам фрод дубль невалид".split(" "),
    ..."сміття дублікат невалід".split(" "),
  ],
};

/** Words everybody's connections begin with. `0`, `1`, `2` are the values of Keitaro's own `{status:lead=0 sale=1 rejected=2}`. */
export const defaultStatusMap: StatusMap = Object.fromEntries(
  (Object.keys(wordsOf) as Exclude<CanonicalStatus, "other">[]).flatMap((status) =>
    wordsOf[status].map((word) => [word, status] as const),
  ),
);

/** How words are compared: trimmed, case-folded, spaces and dashes as "_", without what a database could not hold. */
export function foldStatus(word: string): string {
  const plain = word
    .toWellFormed()
    .normalize("NFC")
    .replace(/\p{Cc}/gu, " ");
  return plain
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
}

/** Our status for a tracker's word. Absent, unresolved or unknown words are "other", never guessed to be a sale. */
export function canonicalStatus(word: string | null, own: StatusMap = {}): CanonicalStatus {
  if (word === null) return "other";
  const folded = foldStatus(word);
  if (Object.hasOwn(own, folded)) return own[folded] ?? "other";
  return Object.hasOwn(defaultStatusMap, folded) ? (defaultStatusMap[folded] ?? "other") : "other";
}

/** A map as a person typed it, folded; undefined when it has too many words, or an empty or too long one. */
export function readStatusMap(entries: Readonly<Record<string, CanonicalStatus>>): StatusMap | undefined {
  const words = Object.entries(entries).map(([word, status]) => [foldStatus(word), status] as const);
  const areFine = words.every(([word]) => word !== "" && word.length <= maxStatusWordLength);
  return areFine && words.length <= maxStatusWords ? Object.fromEntries(words) : undefined;
}

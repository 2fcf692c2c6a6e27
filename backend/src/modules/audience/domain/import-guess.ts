/** What a file says of itself: whether its first row is a heading, and what its columns are. Guesses; the operator has the last word. */
import { locales, translator } from "@backend/i18n/index.ts";
import { type ImportField, type ImportTarget, type StandardTarget, standardTargets } from "./import-row.ts";

/** Beside the titles that our own exports have, in all languages. */
const synonyms: Readonly<Partial<Record<StandardTarget, readonly string[]>>> = {
  telegram_id: [
    "telegram",
    "tg id",
    "tgid",
    "telegramid",
    "id telegram",
    "user id",
    "userid",
    "chat id",
    "chatid",
    "id",
    "uid",
    "телеграм",
    "телеграм id",
    "id телеграм",
    "телеграм айди",
    "айди",
    "ид",
    "id пользователя",
    "id чата",
    "айді",
    "ід",
    "id користувача",
    "id чату",
  ],
  first_name: ["name", "firstname", "given name", "имя пользователя", "ім'я", "ім я", "имя", "імя"],
  last_name: ["lastname", "surname", "family name", "фамилия", "прізвище"],
  username: [
    "user name",
    "login",
    "nick",
    "nickname",
    "telegram username",
    "юзернейм",
    "логин",
    "ник",
    "никнейм",
    "логін",
    "нік",
    "нікнейм",
  ],
  language: ["lang", "locale", "language code", "язык", "мова"],
  time_zone: ["timezone", "tz", "часовой пояс", "таймзона", "часовий пояс"],
  tags: ["tag", "labels", "label", "groups", "тег", "теги", "метки", "группы", "мітки", "групи"],
  source: ["utm source", "utm", "origin", "referrer", "источник", "джерело"],
  note: [
    "notes",
    "comment",
    "comments",
    "заметка",
    "заметки",
    "комментарий",
    "примечание",
    "нотатка",
    "нотатки",
    "коментар",
    "примітка",
  ],
};

const normal = (title: string): string =>
  title
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s_\-.:]+/gu, " ")
    .replace(/[`’ʼ]/g, "'")
    .trim();

const byTitle: ReadonlyMap<string, StandardTarget> = new Map(
  standardTargets.flatMap((target) =>
    target === "skip"
      ? []
      : [
          ...locales.map((locale) => translator(locale)(`imports.column.${target}`)),
          target,
          ...(synonyms[target] ?? []),
        ].map((title) => [normal(title), target] as const),
  ),
);

/** Ids of people have five digits and more; nothing else in a table of people is all digits and so long, but phones with ten. */
const idShape = /^\d{5,13}$/;

/** A heading has no id in it, and something in it is a title that we know or stands above what is one. */
export function guessHasHeading(rows: readonly (readonly string[])[]): boolean {
  const [first, second] = rows;
  if (!first || first.some((cell) => idShape.test(cell.trim()))) return false;
  if (first.some((cell) => byTitle.has(normal(cell)))) return true;
  return second?.some((cell) => idShape.test(cell.trim())) ?? false;
}

/** By their titles, each target once; the id also by what stands in the columns, when only one looks like it. */
export function guessMapping(
  columns: readonly { title: string | null; samples: readonly string[] }[],
  fields: readonly ImportField[],
): ImportTarget[] {
  const taken = new Set<ImportTarget>();
  const take = (target: ImportTarget): ImportTarget => {
    if (target !== "skip" && target !== "tags" && taken.has(target)) return "skip";
    taken.add(target);
    return target;
  };
  const mapping = columns.map(({ title }): ImportTarget => {
    const name = normal(title ?? "");
    if (name === "") return "skip";
    const field = fields.find((one) => normal(one.name) === name || normal(one.key) === name);
    return take(field ? `field:${field.key}` : (byTitle.get(name) ?? "skip"));
  });
  if (!taken.has("telegram_id")) {
    const likely = columns.flatMap(({ samples }, index) =>
      mapping[index] === "skip" && samples.length > 0 && samples.every((cell) => idShape.test(cell.trim()))
        ? [index]
        : [],
    );
    const [only] = likely;
    if (only !== undefined && likely.length === 1) mapping[only] = "telegram_id";
  }
  return mapping;
}

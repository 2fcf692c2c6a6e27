/**
 * A row of a file → a person, or why it is refused. Pure; the preview and the import read by the same function. Strict: a value
 * that is not what its column says refuses the row, and the report names it, rather than being left out in silence.
 */

/** What a column of a file is. */
export const standardTargets = [
  "skip",
  "telegram_id",
  "first_name",
  "last_name",
  "username",
  "language",
  "time_zone",
  "tags",
  "source",
  "note",
] as const;
export type StandardTarget = (typeof standardTargets)[number];
export type ImportTarget = StandardTarget | `field:${string}`;

export interface ImportField {
  key: string;
  name: string;
  kind: "text" | "number" | "date" | "boolean" | "choice";
  choices: readonly string[];
}

export interface ImportPerson {
  telegramId: number;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  language: string | null;
  timeZone: string | null;
  source: string | null;
  note: string | null;
  tags: string[];
  fields: Record<string, string | number | boolean>;
}

/** Ends the key of a sentence: `imports.refused.<code>`. */
type CellProblem =
  | "id_missing"
  | "id_wrong"
  | "not_a_person"
  | "username"
  | "language"
  | "time_zone"
  | "too_long"
  | "too_many_tags"
  | "number"
  | "date"
  | "boolean"
  | "choice";

export interface ImportProblem {
  column: number;
  code: CellProblem;
}

export interface ImportPlan {
  /** By column of the file. */
  mapping: readonly ImportTarget[];
  fields: readonly ImportField[];
  /** Excel writes days as numbers. */
  hasSerialDates: boolean;
  isTimeZone(name: string): boolean;
}

/** Telegram's own limit of a name; and what subscribers' pages allow. */
const nameChars = 64;
const sourceChars = 64;
const noteChars = 2_000;
const fieldChars = 500;
const tagChars = 60;
const tagsOfOne = 100;
/** Ids have at most 52 significant bits (Bot API, "User"). */
const greatestId = 2 ** 52;

const unprintable = /(?!\n)[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
/** Exports put an apostrophe before what a spreadsheet would run as a formula; it is no part of the value. */
const guard = /^'(?=[\s"]*[=+\-@＝＋－＠]|[\t\r])/;
/** Words by which programs say that there is nothing. */
const nothing = new Set(["", "-", "—", "null", "none", "n/a", "nan", "undefined"]);

/** What stands in a cell, without what nobody should see; "" when that is nothing. */
function clean(cell: string): string {
  // Most cells need no care, and a million rows have ten million cells.
  const text = /^[\w.@+:/-]+$/.test(cell)
    ? cell
    : cell.toWellFormed().replaceAll("\r", "").replace(unprintable, " ").trim().replace(guard, "");
  return text.length <= 9 && nothing.has(text.toLowerCase()) ? "" : text;
}

/** `null` is "not that". */
const readers: Readonly<Record<Exclude<ImportField["kind"], "choice">, (text: string, plan: ImportPlan) => unknown>> = {
  text: (text) => text,
  number: readNumber,
  date: (text, { hasSerialDates }) => readDay(text, hasSerialDates),
  boolean: readBoolean,
};

/** Blanks between digits are nothing; one comma is a decimal mark, and commas before a point divide thousands. */
export function readNumber(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f']/g, "");
  const digits = /^[^,]*,[^,.]*$/.test(plain) ? plain.replace(",", ".") : plain.replaceAll(",", "");
  if (!/^[+-]?\d+(\.\d+)?$/.test(digits)) return null;
  const number = Number(digits);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : null;
}

const dayMs = 86_400_000;
/** 1 January 1970 as Excel counts days. */
const epochSerial = 25_569;
const lastSerial = 2_958_465;

/** "2026-01-31", with or without a time; "31.01.2026" and "31/1/2026" (day first); a number of Excel's. → "2026-01-31". */
export function readDay(text: string, hasSerialDates: boolean): string | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text);
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?: .*)?$/.exec(text);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : local ? [local[3], local[2], local[1]] : [];
  if (year && month && day) {
    const name = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const at = new Date(`${name}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(name) && Number(year) > 0 ? name : null;
  }
  if (!hasSerialDates || !/^\d{1,7}(\.\d+)?$/.test(text)) return null;
  const serial = Math.floor(Number(text));
  if (serial < 61 || serial > lastSerial) return null;
  return new Date((serial - epochSerial) * dayMs).toISOString().slice(0, 10);
}

const truths = new Set(["true", "yes", "y", "1", "да", "так", "+", "істина", "истина"]);
const untruths = new Set(["false", "no", "n", "0", "нет", "ні", "хибність", "ложь"]);

export function readBoolean(text: string): boolean | null {
  const word = text.toLowerCase();
  return truths.has(word) ? true : untruths.has(word) ? false : null;
}

/** Names of tags in one cell, each once whatever its letters' case. */
export function readTags(text: string): string[] {
  const names = new Map<string, string>();
  for (const part of text.split(/[,;|]/)) {
    const name = part.replace(/\s+/gu, " ").trim();
    if (name !== "" && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

type Take = (text: string, person: ImportPerson) => CellProblem | null;

/** Only notes and texts of fields have several lines. */
const inOneLine = (text: string) => (text.includes("\n") ? text.replace(/\s*\n\s*/g, " ") : text);

const upTo =
  (chars: number, put: (person: ImportPerson, text: string) => void): Take =>
  (text, person) => {
    if (text.length > chars && [...text].length > chars) return "too_long";
    put(person, text);
    return null;
  };

function takeFor(target: ImportTarget, plan: ImportPlan): Take | null {
  switch (target) {
    case "skip":
      return null;
    case "telegram_id":
      return (text, person) => {
        if (/^-\d+$/.test(text)) return "not_a_person";
        const id = /^\d{1,16}(?:\.0+)?$/.test(text) ? Number(text) : 0;
        if (id <= 0 || id > greatestId) return "id_wrong";
        person.telegramId = id;
        return null;
      };
    case "first_name":
      return upTo(nameChars, (person, text) => {
        person.firstName = inOneLine(text);
      });
    case "last_name":
      return upTo(nameChars, (person, text) => {
        person.lastName = inOneLine(text);
      });
    case "username":
      return (text, person) => {
        const name = text.replace(/^(?:https?:\/\/)?(?:t\.me\/|telegram\.me\/)?@?/i, "");
        if (!/^\w{1,32}$/.test(name)) return "username";
        person.username = name;
        return null;
      };
    case "language":
      return (text, person) => {
        const language = /^([a-z]{2,3})(?:[-_]\w{1,8}){0,2}$/i.exec(text)?.[1]?.toLowerCase();
        if (language === undefined) return "language";
        person.language = language;
        return null;
      };
    case "time_zone":
      return (text, person) => {
        if (!plan.isTimeZone(text)) return "time_zone";
        person.timeZone = text;
        return null;
      };
    case "tags":
      return takeTags();
    case "source":
      return upTo(sourceChars, (person, text) => {
        person.source = inOneLine(text);
      });
    case "note":
      return upTo(noteChars, (person, text) => {
        person.note = text;
      });
    default:
      return takeField(
        plan.fields.find(({ key }) => `field:${key}` === target),
        plan,
      );
  }
}

/** A file of a million people has some hundred different lists of tags: they are read once. */
const tagListsRemembered = 1_000;

function takeTags(): Take {
  const known = new Map<string, string[]>();
  const listOf = (text: string): string[] => {
    const list = known.get(text) ?? readTags(text);
    if (known.size < tagListsRemembered) known.set(text, list);
    return list;
  };
  return (text, person) => {
    const tags = person.tags.length === 0 ? listOf(text) : readTags([...person.tags, text].join(","));
    if (tags.length > tagsOfOne) return "too_many_tags";
    if (tags.some((tag) => tag.length > tagChars && [...tag].length > tagChars)) return "too_long";
    person.tags = tags;
    return null;
  };
}

/** A field that was deleted meanwhile takes nothing. */
function takeField(field: ImportField | undefined, plan: ImportPlan): Take | null {
  if (!field) return null;
  const { key, kind } = field;
  if (kind === "choice") {
    const choices = new Map(field.choices.map((choice) => [choice.toLowerCase(), choice]));
    return (text, person) => {
      const choice = choices.get(text.toLowerCase());
      if (choice === undefined) return "choice";
      person.fields[key] = choice;
      return null;
    };
  }
  const read = readers[kind];
  return (text, person) => {
    if (kind === "text" && text.length > fieldChars && [...text].length > fieldChars) return "too_long";
    const value = read(text, plan);
    if (value === null) return kind as CellProblem;
    person.fields[key] = value as string | number | boolean;
    return null;
  };
}

/** Reads rows by a plan: the person as he would be stored, and what is wrong. A row with any problem is refused as a whole. */
export function personReader(
  plan: ImportPlan,
): (cells: readonly string[]) => { person: ImportPerson; problems: ImportProblem[] } {
  const columns = plan.mapping.flatMap((target, column) => {
    const take = takeFor(target, plan);
    return take ? [{ column, take }] : [];
  });
  const idColumn = plan.mapping.indexOf("telegram_id");
  return (cells) => {
    const person: ImportPerson = {
      telegramId: 0,
      firstName: null,
      lastName: null,
      username: null,
      language: null,
      timeZone: null,
      source: null,
      note: null,
      tags: [],
      fields: {},
    };
    const problems: ImportProblem[] = [];
    for (const { column, take } of columns) {
      const text = clean(cells[column] ?? "");
      const code = text !== "" ? take(text, person) : column === idColumn ? "id_missing" : null;
      if (code) problems.push({ column, code });
    }
    return { person, problems };
  };
}

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { guessHasHeading, guessMapping } from "./import-guess.ts";
import {
  type ImportPlan,
  type ImportTarget,
  personReader,
  readBoolean,
  readDay,
  readNumber,
  readTags,
} from "./import-row.ts";
import { SeenIds } from "./seen-ids.ts";

const plan = (mapping: ImportTarget[], some: Partial<ImportPlan> = {}): ImportPlan => ({
  mapping,
  fields: [{ key: "plan", name: "Plan", kind: "choice", choices: ["Gold", "Silver"] }],
  hasSerialDates: false,
  isTimeZone: (name) => name === "Europe/Kyiv",
  ...some,
});
const read = (target: ImportTarget, cell: string, some: Partial<ImportPlan> = {}) => {
  const { person, problems } = personReader(plan(["telegram_id", target], some))(["7000000001", cell]);
  return problems[0]?.code ?? person;
};

describe("a cell", () => {
  test("of an id is a person's id of Telegram or refuses the row", () => {
    const one = (cell: string) => {
      const { person, problems } = personReader(plan(["telegram_id"]))([cell]);
      return problems[0]?.code ?? person.telegramId;
    };
    expect([" 7000000001 ", "7000000001.0", "'7000000001"].map(one)).toEqual([7000000001, 7000000001, "id_wrong"]);
    expect(["", "-", "null", "0", "-100123", "12a", "1e9", "4503599627370497", "7 000"].map(one)).toEqual([
      "id_missing",
      "id_missing",
      "id_missing",
      "id_wrong",
      "not_a_person",
      "id_wrong",
      "id_wrong",
      "id_wrong",
      "id_wrong",
    ]);
  });

  test("of other columns is what the column says or refuses the row", () => {
    expect(read("username", "@ann_b")).toMatchObject({ username: "ann_b" });
    expect(read("username", "t.me/ann")).toMatchObject({ username: "ann" });
    expect(read("username", "ann smith")).toBe("username");
    expect(read("language", "UK_ua")).toMatchObject({ language: "uk" });
    expect(read("language", "Ukrainian")).toBe("language");
    expect(read("time_zone", "Europe/Kyiv")).toMatchObject({ timeZone: "Europe/Kyiv" });
    expect(read("time_zone", "+02:00")).toBe("time_zone");
    expect(read("field:plan", "gold")).toMatchObject({ fields: { plan: "Gold" } });
    expect(read("field:plan", "bronze")).toBe("choice");
    expect(read("field:gone", "x")).toMatchObject({ fields: {} });
    expect(read("first_name", "x".repeat(65))).toBe("too_long");
    expect(read("first_name", "🧑‍🚀".repeat(12))).toMatchObject({ firstName: "🧑‍🚀".repeat(12) });
    expect(read("first_name", "A\u202eb\u0007\n c")).toMatchObject({ firstName: "A b c" });
  });

  test("loses the apostrophe that exports put before formulas, and no other", () => {
    for (const value of ["=1+1", "+7", "-x", "@a", '"=x"'])
      expect(read("note", `'${value}`)).toMatchObject({ note: value });
    for (const value of ["'quoted'", "it's", "''=1"]) expect(read("note", value)).toMatchObject({ note: value });
  });

  test("never fails the reader, whatever is in it, and never gives text that PostgreSQL cannot hold", () => {
    const targets: ImportTarget[] = ["first_name", "note", "tags", "source", "username", "field:plan", "time_zone"];
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...targets), (cell, target) => {
        const result = read(target, cell);
        if (typeof result === "object") expect(JSON.stringify(result)).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
    );
  });
});

describe("values", () => {
  test("numbers have blanks, commas and points as people write them", () => {
    const cases = { "1234": 1234, "1 234,5": 1234.5, "1,234.50": 1234.5, "1,234,567": 1234567, "-0,5": -0.5, "+7": 7 };
    for (const [text, number] of Object.entries(cases)) expect([text, readNumber(text)]).toEqual([text, number]);
    for (const text of ["", "x", "1e5", "1.2.3", "--1", "Infinity", "9".repeat(20)])
      expect(readNumber(text)).toBeNull();
  });

  test("days are days that there are", () => {
    expect(
      ["2026-01-31", "2026-01-31T10:00:00Z", "31.01.2026", "1/2/2026"].map((text) => readDay(text, false)),
    ).toEqual(["2026-01-31", "2026-01-31", "2026-01-31", "2026-02-01"]);
    for (const text of ["2026-02-30", "2026-13-01", "0000-01-01", "46053", "soon"])
      expect(readDay(text, false)).toBeNull();
    expect(readDay("46053", true)).toBe("2026-01-31");
    expect(readDay("46053.75", true)).toBe("2026-01-31");
  });

  test("yes and no in three languages", () => {
    expect(["Yes", "да", "ТАК", "1", "true"].map(readBoolean)).toEqual([true, true, true, true, true]);
    expect(["no", "нет", "ні", "0"].map(readBoolean)).toEqual([false, false, false, false]);
    expect(readBoolean("maybe")).toBeNull();
  });

  test("tags are each once, whatever their case", () => {
    expect(readTags(" VIP, vip;  new  people |, ")).toEqual(["VIP", "new people"]);
  });
});

describe("guesses", () => {
  test("a heading has no id in it", () => {
    expect(guessHasHeading([["7000000001", "name"]])).toBe(false);
    expect(guessHasHeading([["Телеграм ID", "x"]])).toBe(true);
    expect(
      guessHasHeading([
        ["foo", "bar"],
        ["7000000001", "x"],
      ]),
    ).toBe(true);
    expect(
      guessHasHeading([
        ["Ann", "x"],
        ["Ben", "y"],
      ]),
    ).toBe(false);
    expect(guessHasHeading([])).toBe(false);
  });

  test("no target is guessed twice, and an id without a title only when one column looks like it", () => {
    const column = (title: string | null, ...samples: string[]) => ({ title, samples });
    expect(guessMapping([column("id"), column("User ID"), column("Name"), column("name")], [])).toEqual([
      "telegram_id",
      "skip",
      "first_name",
      "skip",
    ]);
    expect(guessMapping([column(null, "Ann"), column(null, "7000000001", "7000000002")], [])).toEqual([
      "skip",
      "telegram_id",
    ]);
    expect(guessMapping([column(null, "380671234567"), column(null, "7000000001")], [])).toEqual(["skip", "skip"]);
  });
});

test("ids that have been are known with their line, as a Map knows them", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 52 }), { maxLength: 60 }), fc.nat(20), (ids, repeats) => {
      const seen = new SeenIds(4);
      const map = new Map<number, number>();
      for (const [line, id] of [...ids, ...ids.slice(0, repeats)].entries()) {
        expect(seen.add(id, line)).toBe(map.get(id) ?? null);
        if (!map.has(id)) map.set(id, line);
      }
    }),
  );
});

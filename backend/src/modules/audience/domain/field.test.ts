import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fits, isDay, keyOf, maxKeyLength } from "./field.ts";

const field = (kind: Parameters<typeof fits>[0]["kind"], choices: string[] = []) => ({ kind, choices });

describe("a value of a field", () => {
  test("is of the field's kind, exactly", () => {
    expect(fits(field("text"), "Kyiv")).toBe(true);
    expect(fits(field("text"), "  ")).toBe(false);
    expect(fits(field("text"), "ю".repeat(500))).toBe(true);
    expect(fits(field("text"), "ю".repeat(501))).toBe(false);
    expect(fits(field("number"), 0.5)).toBe(true);
    for (const value of ["5", Number.NaN, Number.POSITIVE_INFINITY, 1e300, true])
      expect([value, fits(field("number"), value)]).toEqual([value, false]);
    expect(fits(field("boolean"), false)).toBe(true);
    expect(fits(field("boolean"), "yes")).toBe(false);
    expect(fits(field("choice", ["A"]), "A")).toBe(true);
    expect(fits(field("choice", ["A"]), "a")).toBe(false);
  });

  test("of a date is a day that there is", () => {
    for (const day of ["2024-02-29", "2000-02-29", "0099-12-31", "9999-01-01"])
      expect([day, isDay(day)]).toEqual([day, true]);
    for (const day of [
      "2023-02-29",
      "1900-02-29",
      "2024-04-31",
      "2024-13-01",
      "2024-1-1",
      "0000-01-01",
      "2024-01-01T00:00",
    ])
      expect([day, isDay(day)]).toEqual([day, false]);
  });
});

describe("the key of a field", () => {
  test("is its name in Latin letters", () => {
    const none = new Set<string>();
    expect(keyOf("Город", none)).toBe("gorod");
    expect(keyOf("Об'єм, кг (за місяць)", none)).toBe("ob_iem_kg_za_misiats");
    expect(keyOf("Favourite café №2", none)).toBe("favourite_cafe_no2");
    expect(keyOf("2 name", none)).toBe("name");
    expect(keyOf("姓名", none)).toBe("field");
  });

  test("is never taken, never long, and fit for a variable, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.nat(120), (name, others) => {
        const taken = new Set<string>();
        for (let made = 0; made <= others; made++) {
          const key = keyOf(name, taken);
          expect(key).toMatch(/^[a-z][a-z0-9_]*$/);
          expect(key.length).toBeLessThanOrEqual(maxKeyLength);
          expect(taken.has(key)).toBe(false);
          taken.add(key);
        }
      }),
      { numRuns: 50 },
    );
  });
});

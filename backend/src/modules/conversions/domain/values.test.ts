import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isSameAmount, isUnresolved, readAmount, readCountry, readCurrency, readMoment } from "./values.ts";

describe("amounts", () => {
  test.each([
    ["0", "0"],
    ["12.10", "12.10"],
    ["12,10", "12.10"],
    ["1 240,50", "1240.50"],
    ["1\u00a0240.5", "1240.5"],
    ["1'240'500.5", "1240500.5"],
    ["1’240,5", "1240.5"],
    ["1,240.50", "1240.50"],
    ["1.240,50", "1240.50"],
    ["1,240,500", "1240500"],
    ["1.240.500", "1240500"],
    ["1,240", "1.240"],
    [".5", "0.5"],
    ["5.", "5"],
    ["007.50", "7.50"],
    ["+3", "3"],
    ["-0.01", "-0.01"],
    ["\u22125", "-5"],
    ["-0", "0"],
    ["0.1234567890123456789", "0.1234567890123456789"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
  ])("%s is %s", (written, amount) => {
    expect(readAmount(written)?.amount).toBe(amount);
  });

  test.each([
    ["$1,240.50", "1240.50", "USD"],
    ["-$5", "-5", "USD"],
    ["12 EUR", "12", "EUR"],
    ["USDT 7.5", "7.5", "USDT"],
    ["5₴", "5", "UAH"],
  ])("%s names its currency", (written, amount, currency) => {
    expect(readAmount(written)).toEqual({ amount, currency });
  });

  test.each([
    "",
    " ",
    "1e3",
    "1E5",
    "0x10",
    "NaN",
    "Infinity",
    "--5",
    "-+5",
    "5-",
    "12 34",
    "1 2345",
    "1,23,456",
    "1.2.3",
    "1,240.50.1",
    "1..2",
    "$5 USD",
    "five",
    "5 or 1=1",
    "1".repeat(31),
    `0.${"1".repeat(21)}`,
    "١٢",
    "1 240'500",
  ])("%s is no amount", (written) => {
    expect(readAmount(written)).toBeUndefined();
  });

  const decimal = fc
    .tuple(
      fc.boolean(),
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 8 }),
    )
    .map(
      ([isNegative, whole, fraction]) =>
        `${isNegative && /[1-9]/.test(whole + fraction) ? "-" : ""}${whole}${fraction && `.${fraction}`}`,
    );

  test("a plain decimal text is read as itself", () => {
    fc.assert(fc.property(decimal, (amount) => expect(readAmount(amount)?.amount).toBe(amount)));
  });

  test("grouped and written with a comma it is still the same number", () => {
    fc.assert(
      fc.property(decimal, fc.constantFrom(" ", "\u00a0", "\u202f", "'", "."), (amount, mark) => {
        const [whole = "", fraction] = amount.split(".");
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, mark);
        // A lone dot before three digits is a decimal point; with a fraction behind a comma it cannot be one.
        fc.pre(mark !== "." || fraction !== undefined);
        expect(readAmount(fraction === undefined ? grouped : `${grouped},${fraction}`)?.amount).toBe(amount);
      }),
    );
  });

  test("no text makes it throw or answer anything but a decimal", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0123456789.,'+-eExN $€ USD".split("")), maxLength: 20 }),
        (text) => {
          expect(readAmount(text)?.amount ?? "0").toMatch(/^-?\d+(\.\d+)?$/);
        },
      ),
    );
  });

  test("zeros at the end make no difference, other digits do", () => {
    expect(isSameAmount("12.10", "12.1")).toBe(true);
    expect(isSameAmount("100", "100.00")).toBe(true);
    expect(isSameAmount("100", "10")).toBe(false);
    expect(isSameAmount("0.10", "0.01")).toBe(false);
  });
});

test.each([
  ["usd", "USD"],
  [" USDT ", "USDT"],
  ["€", "EUR"],
  ["US", undefined],
  ["123", undefined],
  ["dollars", undefined],
  ["constructor", undefined],
])("currency %s", (written, code) => {
  expect(readCurrency(written)).toBe(code);
});

test("a country code is upper-cased, a name stays", () => {
  expect([readCountry("ua"), readCountry(" De "), readCountry("Україна")]).toEqual(["UA", "DE", "Україна"]);
});

test.each([
  ["1767225600", "2026-01-01T00:00:00.000Z"],
  ["1767225600000", "2026-01-01T00:00:00.000Z"],
  ["2026-01-01", "2026-01-01T00:00:00.000Z"],
  ["2026-01-01 10:30:00", "2026-01-01T10:30:00.000Z"],
  ["2026-01-01T10:30:00.123Z", "2026-01-01T10:30:00.000Z"],
  ["2026-01-01T10:30:00-0530", "2026-01-01T16:00:00.000Z"],
  ["28.02.2026 23:59", "2026-02-28T23:59:00.000Z"],
  ["31.02.2026", undefined],
  ["2026-13-01", undefined],
  ["2026-01-01 25:00:00", undefined],
  ["9999-12-31", undefined],
  ["0000-00-00 00:00:00", undefined],
  ["01/02/2026", undefined],
  ["yesterday", undefined],
])("moment %s", (written, moment) => {
  expect(readMoment(written)).toBe(moment);
});

test("real values are not mistaken for macros", () => {
  for (const value of ["[UA] nutra", "#1", "100%", "{test} name", "a{b}", "Nullable", "0", "$5"])
    expect(isUnresolved(value)).toBe(false);
});

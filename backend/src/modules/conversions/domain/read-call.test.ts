import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { blankFacts, type CorpusEntry, corpus as common } from "./corpus.ts";
import { meanings } from "./parameter-map.ts";
import { maxParameters, maxValueLength } from "./parameters.ts";
import { explainCall, type RawCall, type ReadingRules, readCall } from "./read-call.ts";
import { trackerCorpus } from "./tracker-corpus.ts";
import { kindNames } from "./tracker-kinds.ts";

const corpus = [...common, ...trackerCorpus];
const rules: ReadingRules = { statusMap: {}, defaultCurrency: null };
const blankCall: RawCall = { method: "GET", query: "", contentType: null, body: null };
const read = (entry: Pick<CorpusEntry, "call" | "rules">) =>
  readCall({ ...blankCall, ...entry.call }, { ...rules, ...entry.rules });

describe("the corpus", () => {
  test.each(corpus.map((entry) => [entry.name, entry] as const))("%s", (_name, entry) => {
    const reading = read(entry);
    if (entry.refused) expect(reading).toMatchObject(entry.refused);
    else expect(reading).toMatchObject({ outcome: "conversion", facts: { ...blankFacts, ...entry.facts } });
    // toMatchObject lets unexpected keys of records pass; these two are compared whole.
    if (reading.outcome === "conversion") {
      expect(reading.facts.extra).toEqual(entry.facts?.extra ?? {});
      expect(reading.facts.subIds).toEqual(entry.facts?.subIds ?? {});
    }
    const notes = reading.notes.map((note) =>
      note.field === undefined ? note.kind : (`${note.kind}:${note.field}` as const),
    );
    if (entry.notes) expect(notes).toEqual(entry.notes);
  });

  test("is large enough to mean something, and names each call once", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(130);
    expect(new Set(corpus.map((entry) => entry.name)).size).toBe(corpus.length);
  });
});

const contentTypes = fc.constantFrom(
  null,
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "text/plain",
  "multipart/",
  ";",
);
/** Rubbish made of the pieces that parsers stumble over. */
const pieces = fc.array(
  fc.constantFrom(
    "subid",
    "=",
    "&",
    "%",
    "%7B",
    "%CF",
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    "\\u12",
    ":",
    ",",
    "--b",
    "\r\n",
    'Content-Disposition: form-data; name="a"',
    "__proto__",
    "[]",
    "+",
    "payout",
    "1,5",
    "\0",
    "😀",
    "\ud800",
    "null",
    "-",
    "e",
  ),
  { maxLength: 60 },
);

describe("whatever is sent", () => {
  const anyCall = fc.record({
    method: fc.constantFrom("GET", "POST", "HEAD", "PUT", "post", ""),
    query: fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      pieces.map((list) => list.join("")),
    ),
    contentType: contentTypes,
    body: fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 300 }),
      pieces.map((list) => new TextEncoder().encode(list.join(""))),
    ),
  });

  test("reading never throws, stays within its limits, and gives text that PostgreSQL can hold", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const reading = readCall(call, rules);
        if (reading.outcome !== "conversion") return;
        const { extra, subIds, ...fields } = reading.facts;
        const values = [
          ...Object.values(fields),
          ...Object.values(extra),
          ...Object.values(subIds),
          ...Object.keys(extra),
        ];
        expect(values.length).toBeLessThanOrEqual(2 * maxParameters + 40);
        for (const value of values) {
          if (value === null) continue;
          expect(value.length).toBeLessThanOrEqual(maxValueLength);
          expect(value.includes("\0")).toBe(false);
          expect(value.isWellFormed()).toBe(true);
        }
        expect(reading.facts.amount ?? "0").toMatch(/^-?\d+(\.\d+)?$/);
      }),
      { numRuns: 1_500 },
    );
    expect(Object.prototype).not.toHaveProperty("subid");
  });

  test("reading is total for every tracker and every map, and each parameter means one thing at most", () => {
    const names = fc.constantFrom("subid", "payout", "a", "sub_id_3", "status", "{", "campaign");
    const anyMap = fc.dictionary(fc.constantFrom(...meanings.slice(0, 24)), names, { maxKeys: 6 });
    const pairs = fc.array(fc.tuple(names, fc.constantFrom("1", "x", "{x}", "", "usd", "sale")), { maxLength: 8 });
    fc.assert(
      fc.property(anyCall, anyMap, fc.constantFrom(...kindNames), pairs, (call, parameterMap, kind, list) => {
        const query = `${call.query}&${list.map(([name, value]) => `${name}=${value}`).join("&")}`;
        const { reading, parameters } = explainCall({ ...call, query }, { ...rules, kind, parameterMap });
        expect(reading).toEqual(readCall({ ...call, query }, { ...rules, kind, parameterMap }));
        const read = new Map(parameters.filter(({ readAs }) => readAs !== null).map((one) => [one.name, one.readAs]));
        for (const { name, readAs } of parameters) if (readAs !== null) expect(read.get(name)).toBe(readAs);
        for (const [fact, name] of Object.entries(parameterMap)) {
          const others = Object.entries(parameterMap).filter(([, other]) => other === name);
          if (others.length === 1 && read.has(name)) expect<string | null | undefined>(read.get(name)).toBe(fact);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("what a query says, a form, JSON and multipart say too", () => {
    const word = fc
      .string({ unit: fc.constantFrom(..."abcXYZ019 &=%+#?/'ґЇя😀".split(/(?:)/u)), minLength: 1, maxLength: 12 })
      .map((text) => `v${text}v`);
    fc.assert(
      fc.property(fc.record({ subid: word, tid: word, campaign_name: word, sub_id_3: word, other: word }), (values) => {
        const query = new URLSearchParams(values).toString();
        const encode = (text: string) => new TextEncoder().encode(text);
        const parts = Object.entries(values).map(
          ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        );
        const readings = [
          { ...blankCall, query },
          { ...blankCall, method: "POST", body: encode(query) },
          { ...blankCall, method: "POST", body: encode(JSON.stringify(values)) },
          {
            ...blankCall,
            method: "POST",
            contentType: "multipart/form-data; boundary=b",
            body: encode(`${parts.join("")}--b--`),
          },
        ].map((call) => readCall(call, rules));
        for (const reading of readings) {
          expect(reading).toMatchObject({
            outcome: "conversion",
            facts: {
              subid: values.subid,
              tid: values.tid,
              campaignName: values.campaign_name,
              subIds: { "3": values.sub_id_3 },
              extra: { other: values.other },
            },
          });
        }
      }),
    );
  });

  test("the secret is in no fact and no note, wherever it was put", () => {
    const secret = "kJ7-x_Q2wErT9";
    const around = fc.string({ maxLength: 8 }).map(encodeURIComponent);
    const name = fc.constantFrom("subid", "campaign_name", "secret", "extra", "sub_id_2", secret);
    fc.assert(
      fc.property(name, around, around, (field, before, after) => {
        const query = `tid=t1&${field}=${before}${secret}${after}`;
        const reading = readCall({ ...blankCall, query }, { ...rules, secrets: [secret] });
        expect(JSON.stringify(reading)).not.toContain(secret);
      }),
    );
  });

  test("100,000 keys, a megabyte of text and long runs of marks are read in a moment", () => {
    const bodies = [
      `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(",")}}`,
      `{"subid":"${"x".repeat(1_000_000)}"}`,
      `{"subid":"${"\\n".repeat(200_000)}"}`,
      `payout=${"1 ".repeat(30_000)}`,
      `payout=${"1,".repeat(30_000)}x`,
      "&".repeat(60_000),
      "%".repeat(60_000),
      "{".repeat(60_000),
      `--${"-".repeat(60_000)}`,
    ];
    const startedAt = performance.now();
    for (const body of bodies) readCall({ ...blankCall, method: "POST", body: new TextEncoder().encode(body) }, rules);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

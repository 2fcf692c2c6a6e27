import { describe, expect, test } from "bun:test";
import { changesOf } from "./changes.ts";

describe("what an audit entry changed", () => {
  test("names the fields that differ and no others", () => {
    expect(changesOf({ name: "A", locale: "en", off: [1] }, { name: "B", locale: "en", off: [1] })).toEqual([
      { field: "name", before: "A", after: "B" },
    ]);
  });

  test("shows all of what was made or deleted", () => {
    expect(changesOf(null, { role: "admin", note: null })).toEqual([
      { field: "role", before: undefined, after: "admin" },
    ]);
    expect(changesOf({ role: "admin" }, null)).toEqual([{ field: "role", before: "admin", after: undefined }]);
  });

  test("a value that is empty on both sides has not changed", () => {
    expect(changesOf({ label: null }, { label: "" })).toEqual([]);
    expect(changesOf(null, undefined)).toEqual([]);
  });

  test("false and zero are values", () => {
    expect(changesOf({ isOn: true, limit: 5 }, { isOn: false, limit: 0 })).toEqual([
      { field: "isOn", before: true, after: false },
      { field: "limit", before: 5, after: 0 },
    ]);
  });
});

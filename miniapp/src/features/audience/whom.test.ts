import { describe, expect, test } from "bun:test";
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { listOf, whomOf, whomParams } from "./whom.ts";

const condition: Condition = { kind: "all", of: [{ kind: "language", test: "is", values: ["uk", 'a"&?=#'] }] };
const segmentId = "00000000-0000-4000-8000-000000000001";
const read = (address: string) => {
  const given = new URLSearchParams(address.split("?")[1]);
  return whomOf((name) => given.get(name) ?? undefined);
};

describe("whom a list shows", () => {
  test("is read from an address as it was put there", () => {
    expect(read(listOf({ condition }))).toEqual({ condition });
    expect(read(listOf({ segmentId }))).toEqual({ segmentId });
    expect(read(listOf({}))).toEqual({});
    expect(listOf({ segmentId })).toContain("state=active");
  });

  test("is a segment or a condition, never both, and nobody's when the address is broken", () => {
    expect(whomParams({ segmentId, condition })).toEqual({ segment: segmentId, who: undefined });
    for (const who of ["", "{", "null", "7", '"x"']) expect(read(`/?${new URLSearchParams({ who })}`)).toEqual({});
    expect(read("/?segment=x")).toEqual({});
  });
});

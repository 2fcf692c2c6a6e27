import { describe, expect, test } from "bun:test";
import { type CampaignPostback, hasOurs, isOurs, keepsOthers, withOurs, withoutOurs } from "./postbacks.ts";

const address = "https://our.example/in/secret";
const former = "https://our.example/in/former";
const ours = {
  address,
  url: `${address}?subid={subid}`,
  isFormer: (url: string) => url.startsWith(former),
};
const entry = (url: string, statuses = ["lead"], ref: string | null = "1"): CampaignPostback => ({
  ref,
  method: "GET",
  url,
  statuses,
});
const others = [entry("https://other.example/pb?x={subid}", ["sale", "deposit"]), entry(`${address}s?a=1`)];

describe("our postback in a campaign", () => {
  test("is known by its address, whatever its parameters", () => {
    for (const url of [address, `${address}/`, `${address}?`, ` ${address}?status={status}#x`])
      expect(isOurs({ url }, address)).toBeTrue();
    for (const url of ["", `${address}2`, `https://evil.example/?${address}`, `${address}/more`])
      expect(isOurs({ url }, address)).toBeFalse();
  });

  test("comes behind the others, once, for what they are sent for as well", () => {
    const list = withOurs(others, ours);
    expect(list?.slice(0, 2)).toEqual(others);
    expect(list?.[2]).toEqual({
      ref: null,
      method: "GET",
      url: ours.url,
      statuses: ["lead", "sale", "rejected", "rebill", "deposit"],
    });
    expect(withOurs(list ?? [], ours)).toBeNull();
    expect(withoutOurs(list ?? [], ours)).toEqual(others);
    expect(withoutOurs(others, ours)).toBeNull();
    expect(hasOurs([], address)).toBeFalse();
  });

  test("takes the place of the one from before the secret was replaced", () => {
    const old = entry(`${former}?a=1`);
    expect(withOurs([...others, old], ours)?.map(({ url }) => url)).toEqual([
      ...others.map(({ url }) => url),
      ours.url,
    ]);
    const both = [...others, old, entry(ours.url)];
    expect(withOurs(both, ours)).toEqual([...others, entry(ours.url)]);
    expect(keepsOthers([...others, old], [...others, entry(ours.url)], ours)).toBeTrue();
    expect(withoutOurs(both, ours)).toEqual(others);
    expect(withoutOurs([...others, old], ours)).toEqual(others);
  });

  test("leaves the others as often as they were, by whatever ids", () => {
    const after = [...others].reverse().map((one) => ({ ...one, ref: "9", method: "get" }));
    expect(keepsOthers(others, [...after, entry(ours.url)], ours)).toBeTrue();
    expect(keepsOthers(others, after.slice(1), ours)).toBeFalse();
    expect(keepsOthers(others, [...after, ...after], ours)).toBeFalse();
    expect(
      keepsOthers(
        others,
        [{ ...others[0], statuses: ["sale"] } as CampaignPostback, after[0] as CampaignPostback],
        ours,
      ),
    ).toBeFalse();
  });
});

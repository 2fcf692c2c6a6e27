import { describe, expect, test } from "bun:test";
import { addressList, normaliseAddress, normaliseNetwork, senderAddress } from "./address.ts";

const proxies = addressList(["10.0.0.0/8", "::1"]);

describe("who really called", () => {
  test("a forwarded-for from a stranger is not believed", () => {
    expect(senderAddress("203.0.113.9", "185.71.76.1", proxies)).toBe("203.0.113.9");
  });
  test("behind proxies the right-most hop that is no proxy counts", () => {
    expect(senderAddress("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.5", proxies)).toBe("198.51.100.7");
    expect(senderAddress("::ffff:10.0.0.1", "2001:db8::1", proxies)).toBe("2001:db8::1");
  });
  test("garbage in the header means unknown, never the first thing that parses", () => {
    for (const garbage of ["", "unknown", "0177.0.0.1", "1.2.3.4, <script>", "3110554624", "1.2.3.4:99999x"])
      expect(senderAddress("10.0.0.1", garbage, proxies)).toBeNull();
  });
  test("one spelling per address", () => {
    expect(normaliseAddress("::ffff:127.0.0.1")).toBe("127.0.0.1");
    expect(normaliseAddress("[2001:DB8::1]")).toBe("2001:db8::1");
    expect(normaliseAddress("fe80::1%eth0")).toBe("fe80::1");
    expect(normaliseAddress("127.1")).toBeNull();
  });
  test("a list refuses what is no network", () => {
    for (const bad of ["185.71.76", "10.0.0.0/33", "::/129", "localhost", "10.0.0.0/8x", "0x7f.0.0.1"])
      expect(() => addressList([bad])).toThrow();
    expect(addressList(["185.71.76.0/27"]).has("185.71.76.31")).toBe(true);
    expect(addressList(["185.71.76.0/27"]).has("185.71.76.32")).toBe(false);
    expect(addressList(["2a02:5180::/32"]).has("2a02:5180::9")).toBe(true);
  });
});

describe("an entry of a list", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    [" 203.0.113.0/24 ", "203.0.113.0/24"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
  ])("%s is kept as %s", (typed, kept) => {
    expect(normaliseNetwork(typed)).toBe(kept);
    expect(() => addressList([kept])).not.toThrow();
  });

  test.each([
    "",
    "x",
    "1.2.3",
    "0177.0.0.1",
    "1.2.3.4/33",
    "1.2.3.4/-1",
    "1.2.3.4/",
    "1.2.3.4/8/8",
    "::/129",
    "fe80::1%eth0",
    "::ffff:10.0.0.0/95",
  ])("%s is refused", (typed) => {
    expect(normaliseNetwork(typed)).toBeNull();
  });
});

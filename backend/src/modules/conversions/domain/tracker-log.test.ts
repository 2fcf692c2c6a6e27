import { describe, expect, test } from "bun:test";
import { dayAfter, dayIn, daysBetween, isDay } from "./calendar.ts";
import { distributionOf, toUsBars } from "./delays.ts";
import { readCall } from "./read-call.ts";
import {
  callOfRow,
  findArrived,
  judgedNow,
  type KnownConversion,
  type LoggedConversion,
  logRowKey,
  minutesToNext,
  partsOfLogRowKey,
  readStoredRow,
  windowToAsk,
} from "./tracker-log.ts";

const now = new Date("2026-03-29T12:00:00.000Z");
const hour = 3_600_000;
const ago = (ms: number) => new Date(now.getTime() - ms);

const row = (some: Partial<LoggedConversion> = {}): LoggedConversion => ({
  trackerId: "7",
  at: ago(hour).toISOString(),
  subid: "click",
  tid: null,
  status: "sale",
  originalStatus: null,
  revenue: "12.5",
  campaignId: "15",
  campaignName: "Spring",
  offerId: null,
  offerName: null,
  flowId: null,
  landingId: null,
  landingName: null,
  source: null,
  trafficSource: null,
  creativeId: null,
  externalId: null,
  country: "AU",
  subIds: { "1": "denis" },
  ...some,
});
const known = (some: Partial<KnownConversion> = {}): KnownConversion => ({
  id: 1n,
  subid: "click",
  tid: "",
  status: "sale",
  rawStatus: "sale",
  isRecovered: false,
  ...some,
});

describe("a row of the log has arrived", () => {
  test("when the same click came in the same status, or in one that teams call the same", () => {
    for (const [status, ours] of [
      ["sale", "sale"],
      ["sale", "deposit"],
      ["sale", "rebill"],
      ["lead", "registration"],
      ["lead", "lead"],
      ["rejected", "trash"],
    ] as const)
      expect([status, ours, findArrived(row({ status }), [known({ status: ours, rawStatus: "x" })], {})?.id]).toEqual([
        status,
        ours,
        1n,
      ]);
    for (const [status, ours] of [
      ["sale", "lead"],
      ["sale", "rejected"],
      ["lead", "rejected"],
      ["vip", "other"],
      ["sale", "other"],
    ] as const)
      expect(findArrived(row({ status }), [known({ status: ours, rawStatus: "x" })], {})).toBeNull();
  });

  test("by the advertiser's word, by the connection's own words, and by a word nobody knows", () => {
    expect(
      findArrived(row({ status: "vip", originalStatus: "deposit" }), [known({ status: "deposit" })], {}),
    ).not.toBeNull();
    expect(findArrived(row({ status: "vip" }), [known({ status: "deposit" })], { vip: "deposit" })).not.toBeNull();
    const lead = known({ status: "lead", rawStatus: "lead" });
    expect(findArrived(row({ status: "sale", originalStatus: "lead" }), [lead], {})).toBeNull();
    const odd = known({ status: "other", rawStatus: "KYC passed" });
    expect(findArrived(row({ status: "kyc_passed" }), [odd], {})).not.toBeNull();
    expect(findArrived(row({ status: "kyc_failed" }), [odd], {})).toBeNull();
  });

  test("with the same transaction, or when our side was told none", () => {
    const withTid = row({ tid: "t1" });
    expect(findArrived(withTid, [known({ tid: "t1" })], {})).not.toBeNull();
    expect(findArrived(withTid, [known({ tid: "" })], {})).not.toBeNull();
    expect(findArrived(withTid, [known({ tid: "t2" })], {})).toBeNull();
    expect(findArrived(withTid, [known({ subid: "another", tid: "t1" })], {})).toBeNull();
    expect(findArrived(row({ subid: null, tid: "t1" }), [known({ subid: "any", tid: "t1" })], {})).not.toBeNull();
  });

  test("as the one that fits best: the same transaction before none, the same status before its like, told before recovered", () => {
    const of = (...list: KnownConversion[]) => findArrived(row({ tid: "t1" }), list, {})?.id;
    expect(of(known({ id: 1n }), known({ id: 2n, tid: "t1" }))).toBe(2n);
    expect(of(known({ id: 1n, status: "deposit", rawStatus: "dep" }), known({ id: 2n }))).toBe(2n);
    expect(of(known({ id: 1n, isRecovered: true }), known({ id: 2n }))).toBe(2n);
  });
});

describe("where to look", () => {
  test("a day back at first, then from the last look with an overlap, never more than two weeks", () => {
    const from = (checkedUntil: Date | null, isLong = false) => windowToAsk({ checkedUntil, isLong }, now).from;
    expect(from(null)).toEqual(ago(26 * hour));
    expect(from(ago(10 * 60_000))).toEqual(ago(2 * hour + 10 * 60_000));
    expect(from(ago(10 * 60_000), true)).toEqual(ago(32 * hour));
    expect(from(ago(72 * hour), true)).toEqual(ago(74 * hour));
    expect(from(ago(1_000 * hour))).toEqual(ago(14 * 24 * hour));
  });

  const judged = (ages: number[], more: { ahead?: number | null; since?: Date; isCut?: boolean } = {}) =>
    judgedNow(
      {
        rows: ages.map((age) => row({ trackerId: String(age), at: ago(age).toISOString() })),
        isCut: more.isCut ?? false,
        clockAheadMs: more.ahead ?? null,
      },
      more.since ?? ago(100 * hour),
      now,
    );
  const ids = (looked: { rows: readonly LoggedConversion[] }) => looked.rows.map(({ trackerId }) => Number(trackerId));

  test("what may still be on its way is left for the next look", () => {
    const looked = judged([hour, 4 * 60_000, 2 * 60_000, 0]);
    expect(ids(looked)).toEqual([hour, 4 * 60_000]);
    expect(looked.checkedUntil).toEqual(ago(3 * 60_000));
  });

  test("a tracker that says its clock is a day ahead or behind is looked at by its own clock", () => {
    const day = 24 * hour;
    const ahead = judged([-day + 2 * hour, -day + 60_000], { ahead: day });
    expect(ids(ahead)).toEqual([-day + 2 * hour]);
    expect(ahead.checkedUntil).toEqual(new Date(now.getTime() + day - 3 * 60_000));
    const behind = judged([day + hour, day + 60_000], { ahead: -day, since: now });
    expect(ids(behind)).toEqual([day + hour]);
    expect(behind.checkedUntil).toEqual(ago(day + 3 * 60_000));
  });

  test("rows dated tomorrow by a tracker that hides its clock are judged at once", () => {
    expect(ids(judged([-20 * hour, -60_000]))).toEqual([-20 * hour, -60_000]);
  });

  test("nothing from before the day in which comparing began", () => {
    expect(ids(judged([30 * hour, 20 * hour], { since: ago(hour) }))).toEqual([20 * hour]);
  });

  test("a reading that was cut goes on where it ended", () => {
    expect(judged([5 * hour, 4 * hour], { isCut: true }).checkedUntil).toEqual(ago(4 * hour));
  });

  test("a failing tracker is asked ever less often, up to every six hours, and one asked daily stays daily", () => {
    expect([0, 1, 2, 5, 9, 200].map((failures) => minutesToNext(10, failures))).toEqual([10, 20, 40, 320, 360, 360]);
    expect(minutesToNext(1_440, 5)).toBe(1_440);
  });
});

describe("a missing row", () => {
  const facts = (one: LoggedConversion, habit: Parameters<typeof callOfRow>[1] = null) => {
    const reading = readCall(
      { method: "GET", query: callOfRow(one, habit, {}), contentType: null, body: null },
      { statusMap: {}, defaultCurrency: "USD" },
    );
    if (reading.outcome !== "conversion") throw new Error("not read");
    return reading.facts;
  };

  test("says what its postback would have said", () => {
    expect(facts(row({ tid: "t1", flowId: "5002", at: "2026-03-29T10:00:00.000Z" }))).toMatchObject({
      subid: "click",
      tid: "t1",
      status: "sale",
      amount: "12.5",
      currency: "USD",
      campaignId: "15",
      campaignName: "Spring",
      flowId: "5002",
      country: "AU",
      reportedAt: "2026-03-29T10:00:00.000Z",
      subIds: { "1": "denis" },
      extra: {},
    });
  });

  test("is spoken of as the postbacks that did arrive", () => {
    const spoken = facts(row({ status: "lead", tid: "t1" }), { rawStatus: "reg", namesTid: false });
    expect(spoken).toMatchObject({ status: "registration", rawStatus: "reg", tid: null });
  });

  test("of a lead has no amount when the tracker counted nothing, and one of a sale has its zero", () => {
    expect(facts(row({ status: "lead", revenue: "0" })).amount).toBeNull();
    expect(facts(row({ status: "lead", revenue: "0.00" })).amount).toBeNull();
    expect(facts(row({ status: "lead", revenue: "3" })).amount).toBe("3");
    expect(facts(row({ status: "sale", revenue: "0" })).amount).toBe("0");
  });

  test("survives being stored, and what is no row is none", () => {
    const odd = row({ campaignName: "R&D = 100% + «ё»", flowId: "5002", subIds: { "2": "a&b" } });
    expect(readStoredRow(JSON.stringify(odd))).toEqual(odd);
    expect(facts(odd).campaignName).toBe("R&D = 100% + «ё»");
    for (const text of ["", "[]", "null", "{}", '{"trackerId":1}', '{"trackerId":"1","status":"s","at":"x"}'])
      expect(readStoredRow(text)).toBeNull();
  });

  test("is named by the tracker's id and its status", () => {
    expect(logRowKey(row({ status: "Sale " }))).toBe("7:sale");
    expect(partsOfLogRowKey(logRowKey(row({ status: "a:b" })))).toEqual({ trackerId: "7", status: "a:b" });
  });
});

describe("days", () => {
  test("are real ones, in order, over the change of clocks", () => {
    expect(["2026-02-28", "2026-02-31", "2026-2-1", "", "2026-13-01"].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(daysBetween("2026-03-28", "2026-03-30", 10)).toEqual(["2026-03-30", "2026-03-29", "2026-03-28"]);
    expect(daysBetween("2026-01-01", "2026-03-30", 2)).toHaveLength(2);
    expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
    expect(dayIn(new Date("2026-03-28T23:30:00Z"), "Europe/Kyiv")).toBe("2026-03-29");
  });
});

describe("delays", () => {
  test("have a middle, a slow end and bars that hold every one of them", () => {
    const delays = Array.from({ length: 100 }, (_, n) => (n + 1) * 1_000);
    const found = distributionOf([...delays, -500, 7_200_000], toUsBars);
    expect(found).toMatchObject({ count: 102, p50Ms: 50_000, p95Ms: 96_000 });
    expect(found.bars.map(({ count }) => count)).toEqual([11, 20, 30, 40, 0, 0, 0, 1]);
    expect(distributionOf([], toUsBars)).toMatchObject({ count: 0, p50Ms: null, p95Ms: null });
  });
});

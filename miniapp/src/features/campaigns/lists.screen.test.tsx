/** Screens of campaigns and trackers, with what the server answered put in their hands. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { ComponentType, ReactNode } from "react";
import type { CampaignDetail, CampaignSummary, FlowSummary, TrackerMirror } from "./api.ts";

let page: TestPage;
let parts: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  page = openPage("http://localhost/campaigns");
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
  parts = await load();
  await Promise.all(["traffic", "campaigns", "connections"].map((words) => parts.i18n.loadWords(words as "traffic")));
});
afterAll(() => page.close());

async function load() {
  const [react, dom, query, wouter, i18n, format] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("wouter"),
    import("@miniapp/shared/i18n.ts"),
    import("@miniapp/shared/format.ts"),
  ]);
  const [api, conversions, me, campaigns, campaign, trackers, tracker, byRef, link] = await Promise.all([
    import("./api.ts"),
    import("../conversions/api.ts"),
    import("../identity/me.ts"),
    import("./campaigns.screen.tsx"),
    import("./campaign.screen.tsx"),
    import("./trackers.screen.tsx"),
    import("./tracker.screen.tsx"),
    import("./campaign-by-ref.screen.tsx"),
    import("./campaign-link.tsx"),
  ]);
  const screens = { campaigns, campaign, trackers, tracker, byRef };
  return { react, dom, query, wouter, i18n, format, api, conversions, me, screens, link };
}

const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
const aTracker = (some: Partial<TrackerMirror> = {}): TrackerMirror => ({
  ...{ connectionId: "c1", name: "Main tracker", apiUrl: "https://tracker.example", isOn: true, everyMinutes: 60 },
  ...{ timeZone: null, tellsDrift: false, isRunning: false, done: 2, total: 2, lastOkAt: hourAgo },
  ...{ problem: null, problemSince: null, campaigns: 2, ...some },
});
const aCampaign = (some: Partial<CampaignSummary> = {}): CampaignSummary => ({
  ...{ id: "k1", ref: "15", name: "Spring AU", state: "active", type: "position" },
  ...{ connection: { id: "c1", name: "Main tracker" }, group: "Tier 1", source: null, flows: 2 },
  ...{ isFavourite: false, drafts: 0, drifted: 0, readAt: hourAgo, ...some },
});
const aFlow = (some: Partial<FlowSummary> = {}): FlowSummary => ({
  ...{ id: "f1", ref: "5001", name: "Main flow", type: "regular", state: "active", schema: "landings", weight: 100 },
  filters: [{ name: "country", mode: "accept", values: ["AU", "NZ"] }],
  offers: [
    { id: "101", name: "Lucky Koala", share: 60, state: "active" },
    { id: "900", name: null, share: 30, state: "active" },
  ],
  ...{ landings: 0, total: 90, hasDraft: true, isDrifted: true, ...some },
});

let queries: InstanceType<(typeof parts)["query"]["QueryClient"]>;
let can: string[];
let went: string[];
beforeEach(() => {
  queries = new parts.query.QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  can = ["campaigns.read", "conversions.read", "connections.read"];
  went = [];
});

/** Shows a screen at an address and answers with what is read on it. */
async function show(
  path: string,
  pattern: string,
  screen: ComponentType,
  work: (see: () => string) => Promise<void> | void,
  locale: "en" | "uk" = "en",
): Promise<void> {
  const { react, dom, query, wouter, i18n, format, me } = parts;
  queries.setQueryData(me.meQuery.queryKey, {
    permissions: can,
    workspace: { timeZone: "UTC" },
  } as unknown as import("../identity/me.ts").Me);
  const words = await i18n.loadTranslator(locale);
  history.replaceState(null, "", path);
  const root = dom.createRoot(document.getElementById("root") as HTMLElement);
  const hook = () => [path.split("?")[0] ?? "", (to: string) => void went.push(to)] as const;
  const tree: ReactNode = react.createElement(
    query.QueryClientProvider,
    { client: queries },
    <i18n.WordsContext value={words}>
      <format.FormatContext value={format.createFormat(locale, "UTC")}>
        <wouter.Router hook={hook as never}>
          <react.Suspense fallback="waiting">
            <wouter.Route path={pattern} component={screen} />
          </react.Suspense>
        </wouter.Router>
      </format.FormatContext>
    </i18n.WordsContext>,
  );
  await react.act(async () => root.render(tree));
  try {
    await work(() => document.getElementById("root")?.textContent ?? "");
  } finally {
    await react.act(async () => root.unmount());
  }
}

const button = (name: string) =>
  [...document.querySelectorAll("button")].find((one) => (one.textContent || one.getAttribute("aria-label")) === name);
const press = (name: string) => parts.react.act(async () => button(name)?.click());

/** Puts a list of campaigns where the screen looks for it. */
const given = (filter: Parameters<(typeof parts)["api"]["campaignsQuery"]>[0], items: CampaignSummary[]) =>
  queries.setQueryData(parts.api.campaignsQuery(filter).queryKey, {
    pages: [{ items, nextCursor: null }],
    pageParams: [""],
  });

describe("the list of campaigns", () => {
  const open = (work: (see: () => string) => Promise<void> | void, path = "/campaigns") =>
    show(path, "/campaigns", parts.screens.campaigns.default, work);

  test("shows each with its group, flows, drafts and drift, and leads to it", async () => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [aTracker()]);
    given({}, [
      aCampaign({ drafts: 1, drifted: 2 }),
      aCampaign({ id: "k2", ref: "16", name: "Off", state: "disabled" }),
    ]);
    await open((see) => {
      for (const words of ["Spring AU", "Tier 1 · 2 flows", "1 draft", "2 changed in the tracker"])
        expect(see()).toContain(words);
      expect(document.querySelector('a[href="/campaigns/k1"]')).not.toBeNull();
      // One tracker that is fresh needs no words.
      expect(see()).not.toContain("Main tracker");
    });
  });

  test("says how far a reading is, what is old, and why", async () => {
    const old = new Date(Date.now() - 5 * 3_600_000).toISOString();
    queries.setQueryData(parts.api.trackersQuery.queryKey, [
      aTracker({ isRunning: true, done: 120, total: 5000 }),
      aTracker({
        connectionId: "c2",
        name: "Second",
        lastOkAt: old,
        problem: "The key is refused.",
        problemSince: old,
      }),
      aTracker({ connectionId: "c3", name: "Third", lastOkAt: old }),
    ]);
    given({}, [aCampaign()]);
    await open((see) => {
      expect(see()).toContain("Main tracker is being read: 120 of 5,000 campaigns");
      expect(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("120");
      expect(see()).toContain("The key is refused. Updated 5 hr. ago");
      expect(see()).toContain("ThirdUpdated 5 hr. ago");
      // Several trackers: each row says whose it is.
      expect(see()).toContain("Main tracker · Tier 1");
    });
  });

  test("without a tracker leads to where a key is entered, by what the reader may do", async () => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, []);
    const connections = (items: unknown[]) =>
      queries.setQueryData(parts.conversions.connectionsQuery.queryKey, items as never);
    connections([{ id: "c9", kind: "keitaro", mayManage: true, name: "K" }]);
    await open(async () => {
      await press("Enter the key");
      expect(went).toEqual(["/connections/c9/truth/settings"]);
    });
    connections([]);
    can = [...can, "connections.own"];
    went = [];
    await open(async () => {
      await press("Connect a tracker");
      expect(went).toEqual(["/connections/new"]);
    });
    can = ["campaigns.read"];
    await open((see) => {
      expect(see()).toContain("Ask whoever manages the connections");
      expect(button("Connect a tracker")).toBeUndefined();
    });
  });

  test("tells nothing found from nothing there, and takes filters from the address", async () => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [aTracker()]);
    given({ search: "zzz", isFavourite: true }, []);
    await open((see) => {
      expect(see()).toContain("No campaign fits");
      expect(button("Reset")).toBeDefined();
      expect(see()).toContain("Filters · 1");
    }, "/campaigns?search=zzz&isFavourite=true");
    given({}, []);
    await open((see) => expect(see()).toContain("No campaigns yet"));
  });
});

describe("a campaign", () => {
  const detail = (some: Partial<CampaignDetail> = {}): CampaignDetail => ({
    ...{ campaign: aCampaign(), bindsVisitors: null, flows: [aFlow()], flowsReadAt: hourAgo, problem: null, ...some },
  });
  const open = (given: CampaignDetail, work: (see: () => string) => void, locale: "en" | "uk" = "en") => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [aTracker()]);
    queries.setQueryData(parts.api.campaignQuery("k1").queryKey, given);
    return show("/campaigns/k1", "/campaigns/:campaignId", parts.screens.campaign.default, work, locale);
  };

  test("says of each flow whom it is for, how it shares, and what is odd about it", async () => {
    await open(
      detail({
        bindsVisitors: "slo",
        flows: [aFlow(), aFlow({ id: "f2", schema: "redirect", total: null, offers: [] })],
      }),
      (see) => {
        for (const words of [
          "Country: AU, NZ",
          "Lucky Koala 60% · Offer #900 30%",
          "The shares come to 90%, not to 100%.",
          "Draft",
          "Changed in the tracker",
          "Leads elsewhere",
          "tried from top to bottom",
          "a share of 0 stops only new visitors",
        ])
          expect(see()).toContain(words);
        expect(document.querySelector('a[href="/campaigns/flows/f1"]')).not.toBeNull();
        expect(document.querySelector('a[href="/traffic/campaign/c1/15"]')).not.toBeNull();
      },
    );
  });

  test("explains weights where flows are drawn by them, and names strange filters as the tracker does", async () => {
    const flows = [
      aFlow({ filters: [{ name: "sub_id_7", mode: "reject", values: ["x"] }] }),
      aFlow({ id: "f2", filters: [] }),
    ];
    await open(detail({ campaign: aCampaign({ type: "weight" }), flows }), (see) => {
      for (const words of ["Weight 100", "not an offer’s share", "sub_id_7, except: x", "All traffic"])
        expect(see()).toContain(words);
    });
  });

  test("leads to a change of several flows, those that carry offers, whoever may edit", async () => {
    const flows = [aFlow(), aFlow({ id: "f2" }), aFlow({ id: "f3", schema: "redirect" })];
    const link = () => document.querySelector('a[href="/campaigns/many?ids=f1,f2"]');
    await open(detail({ flows }), () => expect(link()).toBeNull());
    can.push("campaigns.edit");
    await open(detail({ flows }), () => expect(link()).not.toBeNull());
  });

  test("shows what was read last, and why, when its tracker is away", async () => {
    await open(detail({ problem: "The tracker cannot be reached." }), (see) => {
      expect(see()).toContain("The tracker cannot be reached.Last known: 1 hr. ago");
      expect(see()).toContain("Main flow");
    });
  });

  test("is whole in other languages", async () => {
    await open(detail(), (see) => expect(see()).toContain("Сума часток"), "uk");
  });
});

describe("a tracker", () => {
  const open = (tracker: TrackerMirror, work: (see: () => string) => Promise<void> | void) => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [tracker]);
    queries.setQueryData(parts.conversions.connectionQuery("c1").queryKey, { id: "c1", mayManage: true } as never);
    return show("/campaigns/trackers/c1", "/campaigns/trackers/:connectionId", parts.screens.tracker.default, work);
  };

  test("says what is wrong since when and where to mend it; settings are for those who manage", async () => {
    const wrong = aTracker({ problem: "The tracker does not accept this key.", problemSince: hourAgo });
    await open(wrong, (see) => {
      expect(see()).toContain("The tracker does not accept this key.");
      expect(see()).toContain("We try again by ourselves.");
      expect(document.querySelector('a[href="/connections/c1/truth/settings"]')).not.toBeNull();
      expect(see()).not.toContain("How it is read");
    });
    can = [...can, "campaigns.manage"];
    await open(wrong, (see) => expect(see()).toContain("How it is read"));
  });

  test("is not asked to be read twice", async () => {
    await open(aTracker({ isRunning: true, total: null }), (see) => {
      expect(see()).toContain("Main tracker is being read");
      expect(button("Read now")?.disabled).toBe(true);
    });
    await open(aTracker(), () => expect(button("Read now")?.disabled).toBe(false));
  });
});

describe("a link of an alert", () => {
  const open = (work: (see: () => string) => Promise<void> | void) =>
    show("/campaigns/of/c1/15", "/campaigns/of/:connectionId/:ref", parts.screens.byRef.default, work);
  const answer = (known: { isTracker: boolean; campaign: CampaignSummary | null }) =>
    queries.setQueryData(parts.api.campaignByRefQuery("c1", "15").queryKey, { ...known, flow: null });

  test("opens the campaign once it is known", async () => {
    answer({ isTracker: true, campaign: aCampaign() });
    await open(() => expect(went).toEqual(["/campaigns/k1"]));
  });

  test("offers to read the tracker for one that is not known yet", async () => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [aTracker()]);
    answer({ isTracker: true, campaign: null });
    await open((see) => {
      expect(see()).toContain("Campaign 15 was not read yet");
      expect(button("Read now")).toBeDefined();
    });
  });

  test("leads to the conversions where the tracker is not read", async () => {
    answer({ isTracker: false, campaign: null });
    await open(async () => {
      await press("Conversions of this campaign");
      expect(went).toEqual(["/traffic/campaign/c1/15"]);
    });
  });
});

describe("the way from a conversion to its campaign", () => {
  const open = (campaignRef: string | null, work: (see: () => string) => void, flowRef: string | null = null) =>
    show(
      ...(["/x", "/x"] as const),
      () => <parts.link.CampaignLink connectionId="c1" campaignRef={campaignRef} flowRef={flowRef} />,
      work,
    );

  test("is there where the campaign is read and the reader may see it", async () => {
    const { queryKey } = parts.api.campaignByRefQuery("c1", "15");
    queries.setQueryData(queryKey, { isTracker: true, campaign: aCampaign(), flow: null });
    await open("15", (see) => {
      expect(see()).toBe("Campaign in the trackerSpring AU");
      expect(document.querySelector('a[href="/campaigns/k1"]')).not.toBeNull();
    });
    const flow = parts.api.campaignByRefQuery("c1", "15", "5002").queryKey;
    queries.setQueryData(flow, { isTracker: true, campaign: aCampaign(), flow: { id: "f9", name: "AU mobile" } });
    await open(
      "15",
      (see) => {
        expect(see()).toBe("Flow in the trackerAU mobileCampaign in the trackerSpring AU");
        expect(document.querySelector('a[href="/campaigns/flows/f9"]')).not.toBeNull();
      },
      "5002",
    );
    await open(null, (see) => expect(see()).toBe(""));
    can = ["conversions.read"];
    await open("15", (see) => expect(see()).toBe(""));
  });
});

describe("every tracker", () => {
  test("is listed with its state", async () => {
    queries.setQueryData(parts.api.trackersQuery.queryKey, [aTracker(), aTracker({ connectionId: "c2", isOn: false })]);
    await show("/campaigns/trackers", "/campaigns/trackers", parts.screens.trackers.default, (see) => {
      for (const words of ["2 campaigns", "Updated 1 hr. ago", "The tracker is not read."])
        expect(see()).toContain(words);
    });
  });
});

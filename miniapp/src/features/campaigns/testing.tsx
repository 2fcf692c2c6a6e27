/** For tests of these screens: a server that keeps flows in memory behind the real HTTP client, and a page to show screens on. */
import { rebalance, type ShareRow, withPins } from "@backend/modules/campaigns/domain/shares.ts";
import type { ChangeShares, Seen } from "@backend/modules/campaigns/flow-contracts.ts";
import type { Me, Permission } from "@miniapp/features/identity/me.ts";
import { giveLayout, openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { Root } from "react-dom/client";
import type { Flow, Push } from "./flow-api.ts";

const at = "2026-11-21T10:00:00.000Z";
const row = (id: string, share: number, state = "active") => ({ id, share, state });

export const flowOf = (more: Partial<Flow> = {}): Flow => ({
  ...{ id: "f1", ref: "5002", name: "AU mobile", type: "regular", state: "active", schema: "landings", weight: 100 },
  filters: [{ name: "country", mode: "accept", values: ["AU"] }],
  campaign: { id: "c1", ref: "15", name: "Spring AU", type: "position" },
  connection: { id: "t1", name: "Keitaro" },
  readOnly: null,
  bindsOffers: false,
  theirs: { offers: [row("101", 40), row("102", 30), row("103", 30)], landings: [] },
  pins: { offers: [], landings: [] },
  draft: null,
  drift: null,
  push: null,
  names: {
    offers: [
      { id: "101", name: "Miaflow RO", state: "active", countries: ["Romania"] },
      { id: "102", name: "Ketonova", state: "active", countries: [] },
      { id: "103", name: null, state: null, countries: [] },
    ],
    landings: [],
  },
  readAt: new Date().toISOString(),
  isStale: false,
  ...more,
});

export const draftOf = (offers: ShareRow[], more: Partial<NonNullable<Flow["draft"]>> = {}): Flow["draft"] => ({
  ...{ version: 1, rows: { offers, landings: [] }, canUndo: true, canRedo: false, isOutdated: false },
  ...{ changedBy: "Olena", changedAt: at, ...more },
});

export const pushOf = (more: Partial<Push> = {}): Push => ({
  ...{ id: "p1", state: "waiting", isUndo: false, problem: null, theirs: null, requestedBy: "Olena", createdAt: at },
  base: { offers: [row("101", 40), row("102", 30), row("103", 30)], landings: [] },
  target: { offers: [row("101", 60), row("102", 20), row("103", 20)], landings: [] },
  finishedAt: null,
  canUndo: false,
  ...more,
});

export interface Asked {
  /** "POST flows/f1/shares" */
  what: string;
  body: unknown;
}

/** Answers as the server's contract says; `answers` come before it, by what is asked. */
export class FlowServer {
  readonly asked: Asked[] = [];
  /** Held back until it is let go. */
  private gate: Promise<void> | null = null;
  readonly answers = new Map<string, (body: never) => unknown>();
  constructor(public flow: Flow) {}

  /** Nothing more is answered until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return () => {
      this.gate = null;
      resolve();
    };
  }

  /** What was asked for besides reading. */
  writes(): Asked[] {
    return this.asked.filter(({ what }) => what.startsWith("POST"));
  }

  private refuse(code: string, status = 409): Response {
    return Response.json({ error: { code, message: code, params: {}, requestId: "r" } }, { status });
  }

  private change({ version, part, change }: ChangeShares): Response {
    const { flow } = this;
    if (version !== (flow.draft?.version ?? 0)) return this.refuse("campaigns.draft_changed");
    const before = flow.draft?.rows ?? {
      offers: withPins(flow.theirs.offers, flow.pins.offers),
      landings: withPins(flow.theirs.landings, flow.pins.landings),
    };
    const outcome = rebalance(before[part], change);
    if (!outcome.ok) return this.refuse(`campaigns.${outcome.problem}`, 422);
    const rows = { ...before, [part]: outcome.rows };
    this.flow = { ...flow, draft: { ...draftOf([]), version: version + 1, rows } as Flow["draft"] };
    return Response.json(this.flow);
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : String(input), "http://localhost");
    const what = `${init?.method ?? "GET"} ${url.pathname.replace("/api/v1/campaigns/", "")}`;
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    this.asked.push({ what, body });
    await this.gate;
    const answer = this.answers.get(what);
    if (answer) {
      const given = await answer(body as never);
      return given instanceof Response ? given : Response.json(given);
    }
    if (what === `GET flows/${this.flow.id}`) return Response.json(this.flow);
    if (what === `POST flows/${this.flow.id}/shares`) return this.change(body as ChangeShares);
    if (what === `POST flows/${this.flow.id}/seen`) {
      const { theirs, pushId } = body as Seen;
      const { drift, push } = this.flow;
      this.flow = { ...this.flow, drift: theirs ? null : drift, push: push?.id === pushId ? null : push };
      return Response.json(this.flow);
    }
    return what.startsWith("GET trackers")
      ? Response.json({ items: [], nextCursor: null })
      : this.refuse("common.not_found", 404);
  };
}

/** A page with the app's providers and `server` at the other end of the line. */
export async function openRig() {
  const page: TestPage = openPage("http://localhost/app/bot-1/");
  const takeOff = giveLayout((element) => (element.closest("dialog li, [role=option]") ? 56 : 640));
  const realFetch = globalThis.fetch;
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
  const [{ act }, { createRoot }, { QueryClient, QueryClientProvider }, { Route, Router }, i18n, format, me, ui, tg] =
    await Promise.all([
      import("react"),
      import("react-dom/client"),
      import("@tanstack/react-query"),
      import("wouter"),
      import("@miniapp/shared/i18n.ts"),
      import("@miniapp/shared/format.ts"),
      import("@miniapp/features/identity/me.ts"),
      import("@miniapp/shared/ui/index.ts"),
      import("@miniapp/shared/telegram/index.ts"),
    ]);
  tg.setOutsideTelegram();
  await Promise.all((["campaigns", "shares", "figures", "statistics", "postbacks"] as const).map(i18n.loadWords));
  const words = await i18n.loadTranslator("en");
  // Parts of screens that come when they are needed are there at once: no test waits for them by the clock.
  await Promise.all([
    import("./components/advice-part.tsx"),
    import("./components/campaign-figures-part.tsx"),
    import("./components/postback-part.tsx"),
    import("./components/sent-day-part.tsx"),
    import("./flow-conflict.tsx"),
  ]);
  const { Suspense } = await import("react");
  let root: Root | undefined;

  const settle = () =>
    act(async () => {
      const seen = ["", "?"];
      // Answers take longer on a busy machine.
      for (let round = 0; round < 100 && new Set(seen).size > 1; round++) {
        await Bun.sleep(10);
        seen.shift();
        seen.push(document.body.innerHTML);
      }
    });
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  return {
    page,
    words,
    act,
    /** Lets answers come and be drawn. */
    settle,
    all,
    text: () => document.body.textContent ?? "",
    /** A button, switch, tab or choice by what it says or is called. */
    named: (name: string): HTMLElement => {
      const found = all("button, a, input, [role=tab]").find((element) => {
        const label = element.closest("label")?.textContent?.trim();
        return [element.getAttribute("aria-label"), element.textContent?.trim(), label].includes(name);
      });
      if (!found) throw new Error(`nothing is called ${name} in: ${document.body.textContent}`);
      return found;
    },
    async show(
      server: FlowServer,
      path: string,
      pattern: string,
      screen: import("react").ComponentType,
      permissions: Permission[] = ["campaigns.read", "campaigns.edit"],
    ) {
      globalThis.fetch = server.fetch as typeof fetch;
      const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
      queries.setQueryData(me.meQuery.queryKey, { permissions } as unknown as Me);
      const place = document.createElement("div");
      document.body.replaceChildren(place);
      root = createRoot(place);
      const [pathname, search = ""] = path.split("?");
      await act(async () =>
        root?.render(
          <QueryClientProvider client={queries}>
            <i18n.WordsContext value={words}>
              <format.FormatContext value={format.createFormat("en", "UTC")}>
                <Router hook={() => [pathname ?? "", () => {}]} searchHook={() => search}>
                  <Suspense fallback="…">
                    <Route path={pattern} component={screen} />
                  </Suspense>
                </Router>
                <ui.ToastHost />
                <ui.PopupHost />
              </format.FormatContext>
            </i18n.WordsContext>
          </QueryClientProvider>,
        ),
      );
      await settle();
      return queries;
    },
    async tap(element: HTMLElement) {
      await act(async () => element.click());
      await settle();
    },
    /** Types over what a field holds, as a browser does: React sees only values that are set behind its back. */
    async type(field: HTMLElement, value: string) {
      await act(async () => {
        field.focus();
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
        field.dispatchEvent(new page.window.Event("input", { bubbles: true }) as unknown as Event);
      });
    },
    async press(element: HTMLElement, key: string) {
      const event = new page.window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      await act(async () => void element.dispatchEvent(event as unknown as Event));
      await settle();
    },
    async letGo(element: HTMLElement) {
      const event = new page.window.Event("change", { bubbles: true });
      await act(async () => void element.dispatchEvent(event as unknown as Event));
      await settle();
    },
    async clear() {
      await act(async () => root?.unmount());
      root = undefined;
    },
    async close() {
      globalThis.fetch = realFetch;
      takeOff();
      await page.close();
    },
  };
}
export type Rig = Awaited<ReturnType<typeof openRig>>;

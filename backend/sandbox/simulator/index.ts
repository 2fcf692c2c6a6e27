/**
 * The simulator: a Telegram-like web client over the Bot API stand-in, for a sandbox on this machine.
 *
 *   simulatorRoutes(standIn, options): Elysia   – mount with `.use(...)`; owns /simulator and everything below it
 *   simulatorHandler(standIn, options): (request: Request) => Promise<Response>   – the same without a framework
 *
 * Options: `isEnabled` (anything but `true` answers 404 to everything), `pageFolder` (the built page, `dist/simulator`),
 * `people` (whom one may be, in this order), `postbackAddress` and `firePostback` (what the postback panel shows and calls),
 * `panel` (the tracker in whose panel flows are changed), `wallet` (where links of Crypto Pay lead), `reset` (what the reset button does). The Mini App must be served from
 * the same origin under `/app/<bot id>/`, and allow being framed by 'self'. It must never be enabled beside a real bot: whoever
 * opens it acts as anybody.
 */
import { Elysia } from "elysia";
import type { TrackerPanel } from "../keitaro/panel.ts";
import type { TelegramStandIn } from "../telegram/index.ts";
import { SimulatorApi } from "./api.ts";
import type { PostbackCall, Wallet } from "./contracts.ts";
import { createPage } from "./page.ts";

export type * from "./contracts.ts";

export interface SimulatorOptions {
  isEnabled: boolean;
  /** Folder with the built page. */
  pageFolder: string;
  /** Role: their place in the demo workspace, null for a customer. */
  people: readonly { id: number; role: string | null }[];
  /** The full address of a connection's postback, secret included; null while there is none. */
  postbackAddress?: () => string | null | Promise<string | null>;
  /** Carries a postback to the product as a tracker would. */
  firePostback?: (call: PostbackCall) => Promise<{ status: number; body: string }>;
  /** The panel of the demo's tracker. */
  panel?: TrackerPanel;
  /** The bot whose links pay invoices in coins, and where they are paid here. */
  wallet?: Wallet;
  /** Brings the demo back to its beginning. */
  reset?: () => Promise<void>;
}

/** Answers every request below /simulator. */
export function simulatorHandler(
  standIn: TelegramStandIn,
  options: SimulatorOptions,
): (request: Request) => Promise<Response> {
  if (options.isEnabled !== true) return async () => new Response("Not found", { status: 404 });
  const api = new SimulatorApi(standIn, options);
  const page = createPage(options.pageFolder);
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/simulator/api/")) return api.handle(request);
    return page(pathname);
  };
}

/** The same as a plugin. */
export function simulatorRoutes(standIn: TelegramStandIn, options: SimulatorOptions) {
  const handle = simulatorHandler(standIn, options);
  const hook = { parse: "none" as const, detail: { hide: true, "x-access": "public" } as Record<string, unknown> };
  return new Elysia({ name: "simulator" })
    .all("/simulator", ({ request }) => handle(request), hook)
    .all("/simulator/*", ({ request }) => handle(request), hook);
}

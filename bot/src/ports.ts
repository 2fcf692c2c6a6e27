/** What the bot needs from the rest of the product besides actions. */
import type { Actor } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";

/** Today in numbers, counted from midnight in `timeZone`. */
export interface TodayNumbers {
  /** By status as the workspace knows it ("sale"); statuses without conversions are left out. Amounts are exact decimal text. */
  conversions: readonly {
    status: string;
    count: number;
    amounts: readonly { currency: string | null; amount: string }[];
  }[];
  deliveries: { sent: number; waiting: number; failed: number; unknown: number };
  /** Orders of the workspace's day and what they brought; null for somebody who may not see them. */
  sales: { orders: number; paid: number; revenue: readonly { currency: string; amount: string }[] } | null;
}

export type ReadToday = (
  db: Db,
  input: { workspaceId: string; timeZone: string; now: Date; actor: Actor },
) => Promise<TodayNumbers>;

/** How to reach a human about an order, in the reader's language; empty where the shop names nobody. */
export type ReadSupport = (db: Db, input: { workspaceId: string; locale: Locale }) => Promise<string>;

export interface BotPorts {
  vault: Vault;
  readToday: ReadToday;
  readSupport: ReadSupport;
  /** Whether Telegram takes buttons that open the app (PUBLIC_URL is https). */
  canLaunchApp: boolean;
}

import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import type { Db } from "@db/client.ts";
import Big from "big.js";
import { listRatesInto, saveRates } from "../books-queries.ts";
import type { PaymentsPorts } from "../ports.ts";
import { listConnectionsOn } from "../queries.ts";
import { askProvider } from "../reach.ts";

/** The job of every day (UTC): what one currency is worth in another, from the first provider that tells. A later run of a day wins. */
export async function keepRates(ctx: ActionContext<PaymentsPorts>, _: Record<string, never>): Promise<void> {
  let failure: unknown = null;
  for (const connection of await listConnectionsOn(ctx.db)) {
    if (!ctx.ports.providers[connection.provider].rates || connection.isTest) continue;
    try {
      const rates = await askProvider(
        ctx,
        connection,
        null,
        async (provider, access) => (await provider.rates?.(access)) ?? [],
      );
      const day = ctx.now.toISOString().slice(0, 10);
      await saveRates(
        ctx.db,
        rates.map((rate) => ({ ...rate, day, source: connection.provider })),
      );
      if (rates.length > 0) return;
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      failure = error;
    }
  }
  // Nobody told: the job is tried again, and until then reports use yesterday's.
  if (failure !== null) throw failure;
}

/**
 * What one unit of a currency was worth in `quote` on a day: by that day's rate, or by the last one before it. `since` is the first day
 * that will be asked for. A currency without rates gives null: such money cannot be added up.
 */
export async function ratesInto(
  db: Db,
  quote: string,
  since: string,
): Promise<(currency: string, day: string) => string | null> {
  const rows = await listRatesInto(db, quote, since);
  const known = Map.groupBy(rows, ({ base }) => base);
  return (currency, day) => {
    if (currency === quote) return "1";
    const rate = known.get(currency)?.findLast((row) => row.day <= day)?.rate;
    return rate === undefined ? null : new Big(rate).toFixed();
  };
}

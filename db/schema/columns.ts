import { bigint, timestamp, uuid } from "drizzle-orm/pg-core";

/** Random primary key: unguessable in addresses, and no counter to read other people's volumes from. */
export const rowId = () => ({ id: uuid("id").primaryKey().defaultRandom() });

/** Ordered primary key for tables with many rows. Leaves the server as text: it may pass 2^53. */
export const serialId = () => ({ id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity() });

export const timestamps = () => ({
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true })
    .notNull()
    .defaultNow()
    .$onUpdate(() => new Date()),
});

export const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Telegram ids pass 32 bits but never 52, so a JS number holds them exactly (Bot API, "User"). */
export const telegramId = (name: string) => bigint(name, { mode: "number" });

/** What a refund's row says beyond its state. */
import type { RefundRow } from "./refund-queries.ts";

/** Its `problem` while something of our own keeps it from going on: nobody tries it before a person says so. */
export const stuck = "stuck";

export const isStuck = ({ problem, endedAt }: Pick<RefundRow, "problem" | "endedAt">): boolean =>
  problem === stuck && endedAt === null;

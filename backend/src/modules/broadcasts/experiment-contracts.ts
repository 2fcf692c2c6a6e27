/** Shapes of experiments that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";

const VariantKey = oneOf(["A", "B", "C", "D"]);

export const VariantFigures = t.Object({
  key: VariantKey,
  share: t.Number(),
  /** Of the sample: whom it reached, and who of them clicked or ordered. */
  sent: t.Number(),
  clicked: t.Number(),
  converted: t.Number(),
});
export const ExperimentState = t.Object({
  broadcastId: t.String(),
  samplePercent: t.Number(),
  measure: oneOf(["clicks", "orders"]),
  isAuto: t.Boolean(),
  editLosers: t.Boolean(),
  /** When it decides by itself; null when a person does, or when it is decided. */
  decidesAt: t.Nullable(t.String()),
  /** The figures did not decide, and a person was asked to. */
  isAsked: t.Boolean(),
  winner: t.Nullable(VariantKey),
  decidedAt: t.Nullable(t.String()),
  variants: t.Array(VariantFigures),
  /** What the figures say now, whoever decides. `p` is the chance of such a difference where there is none. */
  verdict: t.Object({
    kind: oneOf(["winner", "too_few", "close"]),
    key: t.Nullable(VariantKey),
    p: t.Nullable(t.Number()),
  }),
  rule: t.Object({ minPeople: t.Number(), minEvents: t.Number(), errorPercent: t.Number() }),
  /** Something has been sent, and nothing is decided. */
  canChoose: t.Boolean(),
});
export type ExperimentState = Static<typeof ExperimentState>;

export const ChooseWinnerBody = t.Object({ key: VariantKey });
export type ChooseWinner = Static<typeof ChooseWinnerBody>;

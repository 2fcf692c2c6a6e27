/** Routes that most teams begin with, ready but for the person or the chat. */
import type { RouteDraft } from "@backend/modules/conversions/domain/conditions.ts";
import { HistoryIcon, PersonIcon, WalletIcon } from "@miniapp/shared/ui/index.ts";

export const emptyRoute: RouteDraft = {
  name: "",
  isOn: true,
  isFallback: false,
  stops: false,
  conditions: [],
  targets: [],
  pace: { digestMinutes: null, cap: null },
  quiet: null,
};

export const starters = [
  {
    name: "buyer",
    icon: PersonIcon,
    route: {
      ...emptyRoute,
      conditions: [
        { kind: "text", field: "status", operator: "is", values: ["deposit", "sale"], not: false },
        { kind: "text", field: "sub", sub: 1, operator: "is", values: [], not: false },
      ],
    },
  },
  {
    name: "big",
    icon: WalletIcon,
    route: {
      ...emptyRoute,
      conditions: [{ kind: "amount", min: "500", max: null, currency: "USD", not: false }],
    },
  },
  {
    name: "rejects",
    icon: HistoryIcon,
    route: {
      ...emptyRoute,
      conditions: [{ kind: "text", field: "status", operator: "is", values: ["rejected"], not: false }],
      pace: { digestMinutes: 60, cap: null },
    },
  },
] as const satisfies readonly { name: string; icon: unknown; route: RouteDraft }[];

export const starterNamed = (name: string | null): RouteDraft =>
  starters.find((starter) => starter.name === name)?.route ?? emptyRoute;

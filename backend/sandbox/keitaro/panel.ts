/** The tracker's own panel, as far as the simulator has it: its flows with their offers, and a few things that somebody does there. */
import type { FlowChange, KeitaroStandIn, TrackerWorld, WorldFlow } from "./index.ts";

export const panelDeeds = ["move_share", "add_offer", "remove_offer", "switch_offer"] as const;
/** Ten percents go from the largest share to the smallest; an offer comes, goes, is switched off or on again. */
export type PanelDeed = (typeof panelDeeds)[number];

export interface PanelFlow {
  id: number;
  name: string;
  campaign: string;
  offers: { id: number; name: string; share: number; isActive: boolean }[];
}

export interface TrackerPanel {
  /** Those that carry offers. */
  flows(): PanelFlow[];
  /** Answers the flow as it is then; null where there is no such flow. */
  act(flowId: number, deed: PanelDeed): PanelFlow | null;
}

export function trackerPanel({ world, drift }: Pick<KeitaroStandIn, "world" | "drift">): TrackerPanel {
  const list = () =>
    [...world.flows.values()].filter(
      (flow) => flow.schema === "landings" && world.campaigns.get(flow.campaignId)?.state !== "deleted",
    );
  return {
    flows: () => list().map((flow) => shown(world, flow)),
    act(flowId, deed) {
      const flow = list().find(({ id }) => id === flowId);
      if (!flow) return null;
      drift(flow.id, { offers: changed(world, flow, deed) });
      return shown(world, flow);
    },
  };
}

const shown = (world: TrackerWorld, flow: WorldFlow): PanelFlow => ({
  id: flow.id,
  name: flow.name,
  campaign: world.campaigns.get(flow.campaignId)?.name ?? "",
  offers: flow.offers.map(({ thingId, share, state }) => ({
    id: thingId,
    name: world.offers.get(thingId)?.name ?? `#${thingId}`,
    share,
    isActive: state === "active",
  })),
});

const movedPercents = 10;

function changed(world: TrackerWorld, flow: WorldFlow, deed: PanelDeed): NonNullable<FlowChange["offers"]> {
  const rows = flow.offers.map(({ thingId, share, state }) => ({ offer_id: thingId, share, state }));
  const last = rows.at(-1);
  switch (deed) {
    case "move_share": {
      const active = rows.filter(({ state }) => state === "active").sort((left, right) => right.share - left.share);
      const [from, to] = [active[0], active.at(-1)];
      if (!from || !to || from === to) return rows;
      const moved = Math.min(movedPercents, from.share);
      from.share -= moved;
      to.share += moved;
      return rows;
    }
    case "add_offer": {
      const isHere = new Set(rows.map(({ offer_id }) => offer_id));
      const next = [...world.offers.values()].find(({ id, state }) => state === "active" && !isHere.has(id));
      return next ? [...rows, { offer_id: next.id, share: movedPercents, state: "active" }] : rows;
    }
    case "remove_offer":
      return rows.slice(0, -1);
    case "switch_offer":
      if (last) last.state = last.state === "active" ? "disabled" : "active";
      return rows;
    default:
      return deed satisfies never;
  }
}

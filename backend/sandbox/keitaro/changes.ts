/**
 * Changes of a flow and of a campaign, by the API and by the panel alike. As the real one: fields that are not given stay, a set
 * that is given replaces the whole one, the sum is nobody's business, and any id of an offer is taken.
 */
import { incomplete, wrong } from "./failure.ts";
import type { Binding, TrackerWorld, WorldCampaign, WorldFlow } from "./world.ts";

export interface FlowChange {
  offers?: readonly { offer_id: number; share: number; state?: string }[];
  landings?: readonly { landing_id: number; share: number; state?: string }[];
  name?: string;
  state?: "active" | "disabled" | "deleted";
  weight?: number;
}

type Body = Readonly<Record<string, unknown>>;
type Asked = Pick<Binding, "thingId" | "share" | "state">;

/** What a PUT of a flow asks for. Throws an ApiFailure for what Keitaro refuses; fields that it does not know are passed over. */
export function changeIn(body: unknown, flow: WorldFlow): FlowChange {
  if (!isBody(body)) throw incomplete("offers", "Request must be an object");
  const change: FlowChange = {};
  for (const part of ["offers", "landings"] as const) {
    if (body[part] === undefined) continue;
    const rows = body[part];
    if (!Array.isArray(rows)) throw wrong(part, "Must be a list");
    if (rows.length > 0 && flow.schema !== "landings") throw wrong(part, `A flow of schema ${flow.schema} has none`);
    for (const row of rows) checkShare(part, isBody(row) ? row : {});
    Object.assign(change, { [part]: rows });
  }
  if (body.name !== undefined) change.name = filled(body.name, "name");
  if (body.weight !== undefined) {
    if (typeof body.weight !== "number") throw wrong("weight", "Weight must be a number");
    change.weight = body.weight;
  }
  return change;
}

function checkShare(part: "offers" | "landings", row: Body): void {
  const id = part === "offers" ? row.offer_id : row.landing_id;
  if (id === undefined || row.share === undefined) throw incomplete(part, "Id and share are required");
  if (!Number.isInteger(id)) throw wrong(part, "Id must be an integer");
  if (!Number.isInteger(row.share) || Number(row.share) < 0) throw wrong(part, "Share must be an integer");
  if (row.state !== undefined && row.state !== "active" && row.state !== "disabled")
    throw wrong(part, "State must be active or disabled");
}

/** Makes the change. `keeps` is how many rows of a set are stored: all but for a write that went half way. */
export function changeFlow(
  world: TrackerWorld,
  flow: WorldFlow,
  { offers, landings, ...fields }: FlowChange,
  at: string,
  keeps: (count: number) => number = (count) => count,
): void {
  const replace = (known: readonly Binding[], asked: readonly Asked[]) =>
    replaceSet(world, known, asked.slice(0, keeps(asked.length)), at);
  Object.assign(flow, fields, { updatedAt: at });
  if (offers)
    flow.offers = replace(
      flow.offers,
      offers.map(({ offer_id, share, state = "active" }) => ({ thingId: offer_id, share, state })),
    );
  if (landings)
    flow.landings = replace(
      flow.landings,
      landings.map(({ landing_id, share, state = "active" }) => ({ thingId: landing_id, share, state })),
    );
}

/** Staying bindings keep id and birthday, repeated ones collapse into the last, new ones go to the end. */
function replaceSet(world: TrackerWorld, known: readonly Binding[], asked: readonly Asked[], at: string): Binding[] {
  const once = [...new Map(asked.map((row) => [row.thingId, row])).values()];
  const bindings = once.map((row): Binding => {
    const before = known.find(({ thingId }) => thingId === row.thingId);
    if (!before) return { ...row, id: world.nextId++, createdAt: at, updatedAt: at };
    const isSame = before.share === row.share && before.state === row.state;
    return { ...before, ...row, updatedAt: isSame ? before.updatedAt : at };
  });
  const isKnown = ({ thingId }: Binding) => known.some((before) => before.thingId === thingId);
  return [...bindings.filter(isKnown), ...bindings.filter((binding) => !isKnown(binding))];
}

/** Changes a campaign as its PUT asks: name and alias are required, postbacks replace the list. */
export function changeCampaign(world: TrackerWorld, campaign: WorldCampaign, body: unknown, at: string): void {
  if (!isBody(body)) throw incomplete("name", "Request must be an object");
  if (body.name === undefined) throw incomplete("name", "Name is required");
  if (body.alias === undefined) throw incomplete("alias", "Alias is required");
  const name = filled(body.name, "name");
  const alias = filled(body.alias, "alias");
  for (const other of world.campaigns.values())
    if (other !== campaign && other.alias === alias) throw wrong("alias", "Alias has already used");
  const postbacks = body.postbacks === undefined ? campaign.postbacks : postbacksIn(world, body.postbacks);
  Object.assign(campaign, { name, alias, postbacks, updatedAt: at });
}

function postbacksIn(world: TrackerWorld, list: unknown): WorldCampaign["postbacks"] {
  if (!Array.isArray(list)) throw wrong("postbacks", "Must be a list");
  return list.map((given) => {
    const { id, url, method, statuses } = isBody(given) ? given : {};
    if (typeof url !== "string" || url === "") throw wrong("postbacks", "URL is required");
    if (method !== "GET" && method !== "POST") throw wrong("postbacks", "Method must be GET or POST");
    if (!Array.isArray(statuses) || !statuses.every((status) => typeof status === "string"))
      throw wrong("postbacks", "Statuses must be a list");
    return { id: Number.isInteger(id) ? Number(id) : world.nextId++, url, method, statuses };
  });
}

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);

function filled(value: unknown, field: string): string {
  const name = field[0]?.toUpperCase() + field.slice(1);
  if (typeof value !== "string" || value.trim() === "") throw wrong(field, `${name} is required`);
  return value;
}

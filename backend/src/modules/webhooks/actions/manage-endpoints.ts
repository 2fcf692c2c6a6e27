/** Endpoints: who is called. */
import { randomBytes } from "node:crypto";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { assertMay, changesBetween, recordAudit } from "@backend/modules/identity/index.ts";
import type { ChangeEndpoint, CreateEndpoint, Endpoint, EndpointWithSecret } from "../contracts.ts";
import { type EventName, eventNames, rightsToHear } from "../domain/catalog.ts";
import { addressInvalid, endpointNotFound, nameInvalid, tooManyEndpoints } from "../errors.ts";
import type { WebhooksPorts } from "../ports.ts";
import { presentEndpoint } from "../present.ts";
import {
  countCallsSince,
  countEndpointsLocked,
  deleteOwnEndpoint,
  type EndpointRow,
  eventsSentTo,
  findOwnEndpoint,
  insertEndpoint,
  listOwnEndpoints,
  lockOwnEndpoint,
  updateEndpoint,
} from "../queries.ts";
import { forgetAudible } from "../tell-endpoints.ts";

type Ctx = ActionContext<WebhooksPorts>;

const endpointsAtMost = 20;
const dayMs = 86_400_000;
/** How long a former secret signs beside the new one. */
const overlapMs = dayMs;

/** What receivers configure: `whsec_` and 32 random bytes. */
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

const cleanName = (name: string): string => {
  const clean = name.replace(/\p{Cc}/gu, " ").trim();
  if (clean === "") throw nameInvalid();
  return clean;
};

/** Only what may be called at all; where it leads is checked at every call. Facts travel to it, so it must be https. */
function readAddress(url: string, allowsPrivate: boolean): string {
  if (!URL.canParse(url)) throw addressInvalid();
  const { protocol, username, password, hash } = new URL(url);
  if (protocol !== "https:" && !(allowsPrivate && protocol === "http:")) throw addressInvalid();
  if (username !== "" || password !== "" || hash !== "") throw addressInvalid();
  return url;
}

/** Throws 403 (auth.scope_missing, common.forbidden) for whoever lacks a right to read what these events carry. */
export function assertMayHear(ctx: ActionContext, events: readonly string[]): void {
  for (const permission of rightsToHear(events)) assertMay(ctx.actor, { permission });
}

async function show(ctx: Ctx, row: EndpointRow): Promise<Endpoint> {
  const counts = await countCallsSince(ctx.db, [row.id], new Date(ctx.now.getTime() - dayMs));
  return presentEndpoint(row, counts.get(row.id), ctx.ports.vault, ctx.now);
}

async function changed(ctx: Ctx, action: string, row: EndpointRow, change: object = {}): Promise<void> {
  forgetAudible(row.workspaceId);
  await recordAudit(ctx, { action: `webhook.${action}`, subjectKind: "webhook", subjectId: row.id, ...change });
  await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "webhooks", id: row.id });
}

/** What of an endpoint the audit may show: never its secret. */
const auditable = ({ name, url, events, state }: EndpointRow) => ({ name, url, events, state });

async function lock(ctx: Ctx, endpointId: string): Promise<EndpointRow> {
  const row = await lockOwnEndpoint(ctx.db, ctx.actor.workspaceId, endpointId);
  if (!row) throw endpointNotFound();
  return row;
}

/** All endpoints, and the events that the caller may have sent somewhere. */
export async function listEndpoints(ctx: Ctx): Promise<{ items: Endpoint[]; events: EventName[] }> {
  const { workspaceId, permissions } = ctx.actor;
  const rows = await listOwnEndpoints(ctx.db, workspaceId);
  const ids = rows.map(({ id }) => id);
  const counts = await countCallsSince(ctx.db, ids, new Date(ctx.now.getTime() - dayMs));
  return {
    items: rows.map((row) => presentEndpoint(row, counts.get(row.id), ctx.ports.vault, ctx.now)),
    events: eventNames.filter(
      (name) => name !== "endpoint.test" && rightsToHear([name]).every((right) => permissions.has(right)),
    ),
  };
}

export async function readEndpoint(ctx: Ctx, input: { endpointId: string }): Promise<Endpoint> {
  const row = await findOwnEndpoint(ctx.db, ctx.actor.workspaceId, input.endpointId);
  if (!row) throw endpointNotFound();
  return show(ctx, row);
}

/**
 * Makes an endpoint with a secret of its own, which is in this answer and in no other. At most twenty a workspace. Throws 403 for a
 * caller who may not read what it would hear.
 */
export function createEndpoint(outer: Ctx, input: CreateEndpoint): Promise<EndpointWithSecret> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    assertMayHear(ctx, input.events);
    const name = cleanName(input.name);
    const url = readAddress(input.url, ctx.ports.allowsPrivateAddresses);
    if ((await countEndpointsLocked(ctx.db, workspaceId)) >= endpointsAtMost) throw tooManyEndpoints(endpointsAtMost);
    const secret = newSecret();
    const row = await insertEndpoint(ctx.db, {
      workspaceId,
      name,
      url,
      events: input.events,
      secretSealed: ctx.ports.vault.seal(secret),
      createdBy: ctx.actor.kind === "person" ? ctx.actor.personId : null,
    });
    await changed(ctx, "created", row, { after: auditable(row) });
    return { endpoint: await show(ctx, row), secret };
  });
}

/**
 * Switching it on again, or turning it to another address, forgets how long it had failed. Throws 403 when a caller sends events elsewhere,
 * or others than before, that he may not read; calls that it got before wait or can be made again, so they go elsewhere too.
 */
export function changeEndpoint(outer: Ctx, input: ChangeEndpoint & { endpointId: string }): Promise<Endpoint> {
  return inTransaction(outer, async (ctx) => {
    const before = await lock(ctx, input.endpointId);
    if (input.events !== undefined) assertMayHear(ctx, input.events);
    if (input.url !== undefined) assertMayHear(ctx, await eventsSentTo(ctx.db, before));
    const after = await updateEndpoint(ctx.db, before.id, {
      updatedAt: ctx.now,
      ...(input.name === undefined ? {} : { name: cleanName(input.name) }),
      ...(input.url === undefined ? {} : { url: readAddress(input.url, ctx.ports.allowsPrivateAddresses) }),
      ...(input.events === undefined ? {} : { events: input.events }),
      ...(input.isActive === undefined ? {} : { state: input.isActive ? "active" : "inactive" }),
      ...(input.isActive === undefined && input.url === undefined ? {} : { failingSince: null, failedAt: null }),
    });
    await changed(ctx, "changed", after, changesBetween(auditable(before), auditable(after)) ?? {});
    return show(ctx, after);
  });
}

/** A new secret; the former one signs beside it for a day, so that a receiver can change over without missing a call. */
export function rotateEndpointSecret(outer: Ctx, input: { endpointId: string }): Promise<EndpointWithSecret> {
  return inTransaction(outer, async (ctx) => {
    const before = await lock(ctx, input.endpointId);
    const secret = newSecret();
    const after = await updateEndpoint(ctx.db, before.id, {
      secretSealed: ctx.ports.vault.seal(secret),
      previousSecretSealed: before.secretSealed,
      previousUntil: new Date(ctx.now.getTime() + overlapMs),
    });
    await changed(ctx, "secret_rotated", after);
    return { endpoint: await show(ctx, after), secret };
  });
}

/** Takes its calls with it, those that wait too. */
export function deleteEndpoint(outer: Ctx, input: { endpointId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await deleteOwnEndpoint(ctx.db, ctx.actor.workspaceId, input.endpointId);
    if (!row) throw endpointNotFound();
    await changed(ctx, "deleted", row, { before: auditable(row) });
    return { ok: true };
  });
}

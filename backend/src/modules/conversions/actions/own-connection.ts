/** Steps that the actions on connections share. */
import { normaliseNetwork } from "@backend/kit/address.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { findOwnChat } from "@backend/modules/messaging/index.ts";
import type { ChangeConnection, Connection } from "../contracts.ts";
import { readConnectionName, readThreadId } from "../domain/connection-settings.ts";
import { type ParameterMap, readParameterMap } from "../domain/parameter-map.ts";
import { maxStatusWords, readStatusMap } from "../domain/status-map.ts";
import { readCurrency } from "../domain/values.ts";
import { mayManage } from "../domain/visibility.ts";
import {
  connectionNotFound,
  currencyInvalid,
  nameInvalid,
  nameTaken,
  notYours,
  parameterMapInvalid,
  secretUnreadable,
  senderInvalid,
  statusMapInvalid,
  targetNotFound,
} from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { presentConnection } from "../present.ts";
import { type ConnectionRow, countOwnSince, lockVisibleConnection, type NewConnection } from "../queries.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * A connection that the caller may change, locked for this transaction. A stranger's, one that his role is not shown, and a
 * deleted one are not found; one that he sees and does not manage is refused.
 */
export async function lockConnection(ctx: ActionContext, connectionId: string): Promise<ConnectionRow> {
  const row = await lockVisibleConnection(ctx.db, ctx.actor, connectionId);
  if (!row) throw connectionNotFound();
  if (!mayManage(row, ctx.actor)) throw notYours();
  return row;
}

/** Connections with their chats and their numbers of the last day. */
export async function showConnections(ctx: ActionContext, rows: readonly ConnectionRow[]): Promise<Connection[]> {
  const { db, actor, now } = ctx;
  const chatIds = [...new Set(rows.map((row) => row.chatId).filter((id) => id !== null))];
  const chats = await Promise.all(chatIds.map((id) => findOwnChat(db, actor.workspaceId, id)));
  const ids = rows.map((row) => row.id);
  const ownerIds = [...new Set(rows.map((row) => row.createdBy).filter((id) => id !== null))];
  const owners = await personRefsOf(db, actor.workspaceId, ownerIds);
  const counts = await countOwnSince(db, actor.workspaceId, ids, new Date(now.getTime() - dayMs));
  return rows.map((row) =>
    presentConnection(row, {
      chat: chats.find((chat) => chat?.id === row.chatId) ?? null,
      conversionsLastDay: counts.get(row.id) ?? 0,
      owner: (row.createdBy !== null && owners.get(row.createdBy)) || null,
      viewer: actor,
      now,
    }),
  );
}

export async function showConnection(ctx: ActionContext, row: ConnectionRow): Promise<Connection> {
  const [shown] = await showConnections(ctx, [row]);
  if (!shown) throw new Error("one connection in, none out");
  return shown;
}

/** Checks what a person typed into settings; absent fields stay as they are. */
export function settingsFrom(input: ChangeConnection): Partial<NewConnection> {
  const { name, statusMap, defaultCurrency, parameterMap, sharedWith, allowedSenders, ...rest } = input;
  const values: Partial<NewConnection> = { ...rest };
  if (name !== undefined) {
    const clean = readConnectionName(name);
    if (clean === undefined) throw nameInvalid();
    values.name = clean;
  }
  if (statusMap !== undefined) {
    const folded = readStatusMap(statusMap);
    if (folded === undefined) throw statusMapInvalid(maxStatusWords);
    values.statusMap = { ...folded };
  }
  if (defaultCurrency !== undefined) values.defaultCurrency = currencyFrom(defaultCurrency);
  if (parameterMap !== undefined) values.parameterMap = { ...parametersFrom(parameterMap) };
  if (sharedWith !== undefined) values.sharedWith = sharedWith === null ? null : [...sharedWith].sort();
  if (allowedSenders !== undefined) values.allowedSenders = sendersFrom(allowedSenders);
  return values;
}

export function parametersFrom(written: Readonly<Record<string, string>>): ParameterMap {
  const map = readParameterMap(written);
  if (map === undefined) throw parameterMapInvalid();
  return map;
}

/** Addresses and networks in one spelling, each once; an empty list is none, since it would lock everybody out. */
function sendersFrom(written: readonly string[] | null): string[] | null {
  const senders = new Set<string>();
  for (const text of written ?? []) {
    const sender = normaliseNetwork(text);
    if (sender === null) throw senderInvalid(text);
    senders.add(sender);
  }
  return senders.size === 0 ? null : [...senders];
}

function currencyFrom(written: string | null): string | null {
  if (written === null || written.trim() === "") return null;
  const code = readCurrency(written);
  if (code === undefined) throw currencyInvalid(written);
  return code;
}

/** Checks that alerts may go to a chat: it must be known to a bot of this workspace. */
export async function targetFrom(
  ctx: ActionContext,
  input: { chatId?: string | null; threadId?: number | null },
): Promise<{ chatId: string | null; threadId: number | null }> {
  if (input.chatId == null) return { chatId: null, threadId: null };
  const chat = await findOwnChat(ctx.db, ctx.actor.workspaceId, input.chatId);
  if (!chat) throw targetNotFound();
  return { chatId: chat.id, threadId: chat.isForum ? readThreadId(input.threadId) : null };
}

/** Runs a write whose name may be taken. */
export async function refusingTakenNames<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violates(error, "tracker_connections_name_once") ? nameTaken() : error;
  }
}

export function openSecret(ports: Pick<ConversionsPorts, "vault">, row: ConnectionRow): string {
  if (row.secretSealed === null) throw connectionNotFound();
  try {
    return ports.vault.open(row.secretSealed);
  } catch (error) {
    throw secretUnreadable(error);
  }
}

/** The settings that the audit log shows; never a secret. */
const traced = ({
  name,
  state,
  chatId,
  threadId,
  locale,
  statusMap,
  defaultCurrency,
  intakePerSecond,
  intakeBurst,
  createdBy,
  sharedWith,
  parameterMap,
  allowedSenders,
  signing,
}: ConnectionRow) => ({
  name,
  state,
  chatId,
  threadId,
  locale,
  statusMap,
  defaultCurrency,
  intakePerSecond,
  intakeBurst,
  createdBy,
  sharedWith,
  parameterMap,
  allowedSenders,
  signing,
});

/** Leaves the trace of a change and tells open screens. */
export async function recordChange(
  ctx: ActionContext,
  action: string,
  change: { before: ConnectionRow | null; after: ConnectionRow },
): Promise<void> {
  await recordAudit(ctx, {
    action: `connection.${action}`,
    subjectKind: "connection",
    subjectId: change.after.id,
    before: change.before && traced(change.before),
    after: traced(change.after),
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "connections", id: change.after.id });
}

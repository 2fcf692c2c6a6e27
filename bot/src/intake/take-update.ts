/** The one way in for updates, whether Telegram calls us or we ask: stored raw, in order, once. */
import type { Vault } from "@backend/kit/crypto.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import type { RawUpdate } from "@backend/modules/bots/index.ts";
import { chatOf, keepUpdate, kindOf, sealInvitation, topicOf } from "./keep-update.ts";

/** The bot an update came to. */
export interface ReceivingBot {
  botId: string;
  workspaceId: string;
}

/**
 * Updates that Telegram wants answered within seconds and that must not wait for a worker, by kind ("pre_checkout_query").
 * Such a handler runs after the update is stored, outside any transaction, and answers by itself; a throw is logged, the
 * stored update stays.
 */
export type UrgentHandlers = Readonly<Record<string, (bot: ReceivingBot, update: RawUpdate) => Promise<void>>>;

export interface TakeUpdateDeps {
  vault: Pick<Vault, "seal">;
  intake: Pick<Intake, "store">;
  log: { error(facts: object, text: string): void };
  urgent?: UrgentHandlers;
}

export interface UpdateOrigin {
  method: string;
  path: string;
  senderAddress: string | null;
}

/** Resolves once the update is stored, or is nothing to keep; rejects when it could not be stored. */
export type TakeUpdate = (bot: ReceivingBot, update: RawUpdate, origin: UpdateOrigin) => Promise<void>;

const rememberedTopics = 10_000;

export const isUpdate = (value: unknown): value is RawUpdate =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Number.isSafeInteger((value as { update_id?: unknown }).update_id);

export function createTakeUpdate(deps: TakeUpdateDeps): TakeUpdate {
  const topics = new Set<string>();

  /** Known topics are forgotten all at once when there are many; then each is stored once more. */
  function isKnownTopic(bot: ReceivingBot, update: RawUpdate): string | true | null {
    const topic = topicOf(update);
    if (topic === null) return null;
    const key = `${bot.botId}/${topic}`;
    return topics.has(key) ? true : key;
  }

  return async (bot, raw, origin) => {
    const kept = keepUpdate(raw);
    if (!kept) return;
    const update = sealInvitation(kept, deps.vault.seal);
    const topic = isKnownTopic(bot, update);
    if (topic === true) return;
    await deps.intake.store({
      workspaceId: bot.workspaceId,
      source: "telegram",
      sourceId: bot.botId,
      externalId: String(update.update_id),
      orderKey: `tg:${bot.botId}:${chatOf(update) ?? "none"}`,
      method: origin.method,
      path: origin.path,
      query: "",
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify(update)),
      senderAddress: origin.senderAddress,
      requestId: crypto.randomUUID().replaceAll("-", "").slice(0, 16),
    });
    if (topic !== null) {
      if (topics.size >= rememberedTopics) topics.clear();
      topics.add(topic);
    }
    const urgent = deps.urgent?.[kindOf(update)];
    if (!urgent) return;
    await urgent(bot, update).catch((error: unknown) =>
      deps.log.error({ err: error, botId: bot.botId, kind: kindOf(update) }, "an urgent update could not be answered"),
    );
  };
}

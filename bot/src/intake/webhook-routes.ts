/**
 * Where Telegram calls: `POST /telegram/webhook/<bot id>`. The secret header is compared before a byte of the body is read; an
 * unknown bot and a wrong secret are one answer. 200 means stored. Anything else makes Telegram try again, up to a day.
 */
import type { Vault } from "@backend/kit/crypto.ts";
import { sameSecret } from "@backend/kit/crypto.ts";
import { AppError, tooManyRequests } from "@backend/kit/errors.ts";
import type { HttpKit } from "@backend/kit/http.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { readRawBody } from "@backend/kit/raw-call.ts";
import { rememberAnswers } from "@backend/kit/remember.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import type { Db } from "@db/client.ts";
import { Elysia } from "elysia";
import { isUpdate, type ReceivingBot, type TakeUpdate } from "./take-update.ts";

export interface WebhookDeps {
  db: Db;
  vault: Vault;
  takeUpdate: TakeUpdate;
}

interface KnownBot extends ReceivingBot {
  secret: string;
}

/** How long a looked-up bot is believed: switching one on or off takes effect within it. */
const believeMs = 2_000;
const rememberAtMost = 10_000;
const wrongSecretLimit = { perSecond: 1, burst: 60 };
const unauthorized = () => new AppError("unauthorized", "auth.invalid");

export const webhookRoutes = (http: HttpKit, deps: WebhookDeps) => {
  const wrongSecrets = createRateLimit(wrongSecretLimit);
  const findBot = rememberAnswers(
    async (botId): Promise<KnownBot | null> => {
      const row = await findBotById(deps.db, botId);
      if (row?.state !== "active") return null;
      const secret = deps.vault.open(row.webhookSecretSealed);
      // An empty secret would let everybody in, since everybody can send an empty header.
      return secret === "" ? null : { botId: row.id, workspaceId: row.workspaceId, secret };
    },
    { forMs: believeMs, atMost: rememberAtMost },
  );

  /** The bot, when the caller knows its secret. Failures of one address are limited; Telegram itself never fails here. */
  async function admit(request: Request, botId: string, sender: string | null): Promise<KnownBot> {
    const given = request.headers.get("x-telegram-bot-api-secret-token") ?? "";
    const bot = isUuid(botId) ? await findBot(botId) : null;
    if (bot && sameSecret(given, bot.secret)) return bot;
    const waitMs = wrongSecrets.take(sender ?? "unknown");
    throw waitMs === 0 ? unauthorized() : tooManyRequests(waitMs);
  }

  async function readUpdate(request: Request) {
    const body = await readRawBody(request);
    let update: unknown = null;
    try {
      update = JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()));
    } catch {
      // Falls through: what is no JSON is no update either.
    }
    if (!isUpdate(update)) throw new AppError("invalid", "common.unreadable");
    return update;
  }

  return new Elysia({ name: "telegram-webhook" }).use(http).post(
    "/telegram/webhook/:botId",
    async ({ request, params, sender }) => {
      const bot = await admit(request, params.botId, sender);
      const update = await readUpdate(request);
      await deps.takeUpdate(bot, update, {
        method: "POST",
        path: `/telegram/webhook/${bot.botId}`,
        senderAddress: sender,
      });
      return new Response("", { headers: { "cache-control": "no-store" } });
    },
    { access: "public", parse: "none", detail: { tags: ["Intake"] } },
  );
};

/**
 * Who is calling. Nothing is remembered between requests but opened bot tokens: rights, blocks and revocations are read from
 * the database every time, so that they take effect at the next request.
 */
import type { Clock } from "@backend/kit/clock.ts";
import type { Actor } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import { AppError, forbidden, tooManyRequests } from "@backend/kit/errors.ts";
import type { Access, Authenticate } from "@backend/kit/http.ts";
import type { Logger } from "@backend/kit/log.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { apiKeyPurpose, apiKeyShape } from "./domain/api-key.ts";
import { checkInitData, initDataKey } from "./domain/init-data.ts";
import { permissionsOf, scopeFor, withImplied } from "./domain/roles.ts";
import { readTelegramUser } from "./domain/telegram-user.ts";
import type { SignInBot, WorkspaceBots } from "./ports.ts";
import { localeOfPerson, timeZoneOfPerson } from "./present.ts";
import { findLiveApiKey, meetPerson, touchApiKey } from "./queries.ts";

export interface AuthenticatorDeps {
  db: Db;
  vault: Vault;
  clock: Clock;
  /** Seconds for which opened launch data is believed. */
  maxAgeSec: number;
  log: Logger;
  bots: Pick<WorkspaceBots, "findSignInBot">;
  /** Failed tries of one address: sustained per second, and at once. */
  failures?: { perSecond: number; burst: number };
}

const rememberedKeys = 10_000;
const unauthorized = (code: string) => new AppError("unauthorized", code);

/**
 * Makes the check that every route but the public ones passes. It throws `unauthorized` (401) when it cannot tell who calls,
 * `forbidden` (403) when it can and the answer is no, `too_many` (429) instead of a 401 when one address fails too often.
 * A right login is never counted and never refused for the failures of others behind the same address.
 */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticate {
  const failures = createRateLimit(deps.failures ?? { perSecond: 1, burst: 30 });
  const keys = new Map<string, { tokenSealed: string; key: Buffer }>();

  function keyOf(bot: SignInBot): Buffer {
    const known = keys.get(bot.botId);
    if (known?.tokenSealed === bot.tokenSealed) return known.key;
    const token = deps.vault.open(bot.tokenSealed);
    // An erased token is empty, and anybody can sign with that: whatever else is said of the bot, it lets nobody in.
    if (token === "") throw unauthorized("auth.invalid");
    const key = initDataKey(token);
    if (keys.size >= rememberedKeys) keys.clear();
    keys.set(bot.botId, { tokenSealed: bot.tokenSealed, key });
    return key;
  }

  /**
   * An unknown bot and a wrong signature are one answer: bots of others cannot be found out by trying. That a bot is switched off is told to
   * those alone who opened the app through it.
   */
  async function personOf(initData: string, botId: string | null): Promise<Actor> {
    const bot = botId !== null && isUuid(botId) ? await deps.bots.findSignInBot(deps.db, botId) : null;
    if (!bot) throw unauthorized("auth.invalid");
    const now = deps.clock();
    const checked = checkInitData(initData, keyOf(bot), {
      nowSec: Math.floor(now.getTime() / 1000),
      maxAgeSec: deps.maxAgeSec,
    });
    if (!checked.ok) throw unauthorized(checked.problem === "expired" ? "auth.expired" : "auth.invalid");
    if (!bot.isActive) throw unauthorized("auth.bot_off");
    const user = readTelegramUser(checked.fields.get("user"));
    if (!user) throw unauthorized("auth.invalid");
    const { person, workspace, member } = await meetPerson(deps.db, bot.workspaceId, user, now);
    if (person.blockedAt !== null) throw forbidden("auth.blocked");
    return {
      kind: "person",
      workspaceId: bot.workspaceId,
      personId: person.id,
      botId: bot.botId,
      locale: localeOfPerson(person, workspace),
      timeZone: timeZoneOfPerson(person, workspace),
      member: member === null ? null : { memberId: member.id, role: member.role },
      permissions: permissionsOf(member?.role),
    };
  }

  async function programOf(key: string): Promise<Actor> {
    if (!apiKeyShape.test(key)) throw unauthorized("auth.key_invalid");
    const hashes = deps.vault.lookupHashes(apiKeyPurpose, key);
    const found = await findLiveApiKey(deps.db, hashes);
    if (!found) throw unauthorized("auth.key_invalid");
    await touchApiKey(deps.db, found.id, hashes[0] ?? "", deps.clock());
    return {
      kind: "api_key",
      workspaceId: found.workspaceId,
      keyId: found.id,
      locale: found.locale,
      timeZone: found.timeZone,
      permissions: withImplied(found.scopes),
    };
  }

  function identify(request: Request): Promise<Actor> {
    const header = request.headers.get("authorization");
    const [, scheme = "", credentials = ""] = /^(tma|bearer) +(\S+)$/i.exec(header ?? "") ?? [];
    switch (scheme.toLowerCase()) {
      case "tma":
        return personOf(credentials, request.headers.get("x-bot"));
      case "bearer":
        return programOf(credentials);
      default:
        return Promise.reject(unauthorized("auth.required"));
    }
  }

  return async (request, access, senderAddress) => {
    let actor: Actor;
    try {
      actor = await identify(request);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== "unauthorized") throw error;
      // A request without credentials guesses at nothing, so it is not counted: an app opened outside Telegram sends many.
      const waitMs = error.code === "auth.required" ? 0 : failures.take(senderAddress ?? "unknown");
      if (waitMs === 0) {
        deps.log.warn({ code: error.code, senderAddress }, "sign-in refused");
        throw error;
      }
      // A flood is told at its first refusals; the rest would only fill the log.
      deps.log.debug({ code: error.code, senderAddress }, "sign-in refused, too many");
      throw tooManyRequests(waitMs);
    }
    assertMay(actor, access);
    return actor;
  };
}

/** That routes exist is no secret, so a missing right is 403; whose things exist is one, and decided by the queries (404). */
export function assertMay(actor: Actor, access: Exclude<Access, "public">): void {
  if (access === "person") {
    if (actor.kind !== "person") throw forbidden("common.forbidden");
    return;
  }
  const right = "scope" in access ? access.scope : access.permission;
  if ("scope" in access && actor.kind !== "api_key") throw forbidden("common.forbidden");
  if (actor.permissions.has(right)) return;
  throw actor.kind === "api_key"
    ? forbidden("auth.scope_missing", { scope: scopeFor(right) })
    : forbidden("common.forbidden");
}

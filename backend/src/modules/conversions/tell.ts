/**
 * Who is told of a conversion, when and in which words. `planTelling` decides and writes nothing, so that the lab and the dry run
 * say what will happen; `tell` decides by the same function and writes what it says, in the caller's transaction.
 */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { recipientsOf } from "@backend/modules/identity/index.ts";
import {
  type Button,
  type ChatRow,
  type Content,
  chatName,
  checkHtml,
  findOwnChats,
  findPrivateChatsOf,
  type NewDelivery,
  queueDeliveries,
} from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { HoldReason } from "@db/schema/alerts.ts";
import type { Locale } from "@db/schema/identity.ts";
import { type AlertBook, readAlertBook, type TemplateSet, textOf } from "./alert-book.ts";
import { countAgainstCap, readMutes, saveHeldAlerts } from "./alert-queries.ts";
import { type ReadAt, whereRead } from "./campaign-facts.ts";
import type { Alert, Markup } from "./domain/alert.ts";
import type { Pace, QuietHours, Route, RouteTarget } from "./domain/conditions.ts";
import type { DigestItem } from "./domain/digest.ts";
import { decide } from "./domain/plan-alerts.ts";
import { builtInText, renderTemplate, type TemplateButton, type TemplateSubject } from "./domain/template.ts";
import { minuteOfDay, windowEnd } from "./domain/wall-clock.ts";
import type { ConversionsPorts } from "./ports.ts";
import type { ConnectionRow } from "./queries.ts";

/** What deliveries about conversions are about, and what their digests are made by. */
export const conversionSubject = "conversion";
export const conversionFold = "conversions.alert";

/** One chat that would hear of a conversion, and what speaks for and against it. */
export interface Addressee {
  /** Null: the connection's own chat, since no route matched. */
  route: Route | null;
  target: RouteTarget;
  /** Of the chat or person; "" when it is gone. */
  name: string;
  /** Null: gone, or a person who has not started the bot. */
  chat: ChatRow | null;
  threadId: number | null;
  locale: Locale;
  timeZone: string;
  pace: Pace;
  quiet: QuietHours | null;
  /** What a mute names: "route:<id>" or "connection:<id>". */
  scope: string;
}

export type Outcome =
  | { outcome: "now" }
  | { outcome: "held"; reason: HoldReason; dueAt: Date }
  | { outcome: "dropped" }
  | { outcome: "unreachable" };

export interface Telling {
  addressee: Addressee;
  decision: Outcome;
}

export interface Occasion {
  connection: ConnectionRow;
  alert: Alert;
  receivedAt: Date;
}

const plainPace: Pace = { digestMinutes: null, cap: null };

/** The chats that the matching routes name, or else the connection's own. A chat that several routes name is named once. */
export async function addresseesOf(db: Db, book: AlertBook, occasion: Occasion, at: Date): Promise<Addressee[]> {
  const { connection, alert } = occasion;
  const matched = book.router.match({
    connectionId: connection.id,
    facts: alert.facts,
    minuteOfDay: minuteOfDay(at, book.timeZone),
  });
  const own: RouteTarget | null =
    matched.length > 0 || connection.chatId === null
      ? null
      : {
          kind: "chat",
          chatId: connection.chatId,
          threadId: connection.threadId,
          templateId: null,
          locale: null,
          isSilent: false,
        };
  const wanted: { route: Route | null; target: RouteTarget }[] = own
    ? [{ route: null, target: own }]
    : matched.flatMap((route) => route.targets.map((target) => ({ route, target })));
  return resolve(db, book, connection, wanted);
}

async function resolve(
  db: Db,
  book: AlertBook,
  connection: ConnectionRow,
  wanted: readonly { route: Route | null; target: RouteTarget }[],
): Promise<Addressee[]> {
  const { workspaceId } = connection;
  const chatIds = wanted.flatMap(({ target }) => (target.kind === "chat" ? [target.chatId] : []));
  const chats = new Map((await findOwnChats(db, workspaceId, [...new Set(chatIds)])).map((chat) => [chat.id, chat]));
  const personIds = new Set(wanted.flatMap(({ target }) => (target.kind === "person" ? [target.personId] : [])));
  // A private chat may be named as a chat too: its clock and language are then its person's.
  for (const chat of chats.values())
    if (chat.personId !== null && chat.kind === "private") personIds.add(chat.personId);
  const people = await recipientsOf(db, workspaceId, [...personIds]);
  const privateChats = await findPrivateChatsOf(db, workspaceId, [...personIds]);

  return wanted.map(({ route, target }) => {
    const chat = (target.kind === "chat" ? chats.get(target.chatId) : privateChats.get(target.personId)) ?? null;
    const personId = target.kind === "person" ? target.personId : chat?.kind === "private" ? chat.personId : null;
    const person = personId === null ? undefined : people.get(personId);
    const isReachable = chat !== null && person?.isBarred !== true;
    return {
      route,
      target,
      name: target.kind === "person" ? (person?.name ?? "") : chat ? chatName(chat) : "",
      chat: isReachable ? chat : null,
      threadId: target.kind === "chat" ? target.threadId : null,
      locale: target.locale ?? (target.kind === "person" ? person?.locale : undefined) ?? connection.locale,
      timeZone: person?.timeZone ?? book.timeZone,
      pace: route?.pace ?? plainPace,
      quiet: route?.quiet ?? null,
      scope: route ? `route:${route.id}` : `connection:${connection.id}`,
    };
  });
}

/** A chat and topic in one word. */
export const placeOf = (chatId: string, threadId: number | null): string => `${chatId} ${threadId ?? 0}`;

/** Tells the caps' counters apart from looking: who only looks counts nothing. */
type CapQuestion = (addressee: Addressee, chat: ChatRow) => Promise<Date | null>;

const noCaps: CapQuestion = () => Promise.resolve(null);

/** What would happen at `at`. Caps are not asked: how much of them is used up then, nobody knows. */
export const planTelling = async (db: Db, book: AlertBook, occasion: Occasion, at: Date): Promise<Telling[]> =>
  decideAll(await addresseesOf(db, book, occasion, at), new Map(), at, noCaps);

async function decideAll(
  addressees: readonly Addressee[],
  mutes: ReadonlyMap<string, Date>,
  at: Date,
  askCap: CapQuestion,
): Promise<Telling[]> {
  const tellings: Telling[] = [];
  const places = new Map<string, number>();
  for (const addressee of addressees) {
    const decision = await decideOne(addressee, mutes, at, askCap);
    const place = addressee.chat === null ? null : placeOf(addressee.chat.id, addressee.threadId);
    const before = place === null ? undefined : places.get(place);
    if (before === undefined) {
      if (place !== null) places.set(place, tellings.length);
      tellings.push({ addressee, decision });
      // Two routes name the same chat: it hears once, and rather now than later.
    } else if (decision.outcome === "now" && tellings[before]?.decision.outcome !== "now")
      tellings[before] = { addressee, decision };
  }
  return tellings;
}

async function decideOne(
  addressee: Addressee,
  mutes: ReadonlyMap<string, Date>,
  at: Date,
  askCap: CapQuestion,
): Promise<Outcome> {
  const { chat, pace, quiet, timeZone } = addressee;
  if (chat === null) return { outcome: "unreachable" };
  const mutedUntil = mutes.get(`${chat.id} ${addressee.scope}`) ?? null;
  const decision = decide({ now: at, timeZone, pace, quiet, mutedUntil, cappedUntil: null });
  if (decision.outcome !== "now" || pace.cap === null) return decision;
  // Only what would go out now counts against the cap.
  const cappedUntil = await askCap(addressee, chat);
  return cappedUntil === null ? decision : decide({ now: at, timeZone, pace, quiet, mutedUntil, cappedUntil });
}

// ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const isFine = (html: string) => checkHtml(html).problem === null;

/** What the buttons of a message lead to. */
interface About {
  /** Null: nothing was recorded, and there are no buttons. */
  conversionId: string | null;
  /** What a mute names; null: nothing to mute. */
  scope: string | null;
  /** Where its campaign is shown here; null: it names none. */
  readAt: ReadAt | null;
}

/** The message for one addressee: by his template, or the built-in text where that fails. */
export function messageFor(
  set: TemplateSet,
  subject: TemplateSubject,
  locale: Locale,
  markup: Markup,
  about: About,
): { html: string; buttons: Button[][] } {
  const t = translator(locale);
  const text = textOf(set, subject.facts.status, locale);
  const html =
    (text === undefined ? undefined : renderTemplate(text, subject, t, markup, isFine)) ??
    builtInText(subject, t, markup);
  return { html, buttons: buttonsFor(set, subject, t, about) };
}

function buttonsFor(set: TemplateSet, subject: TemplateSubject, t: Translate, about: About): Button[][] {
  const { conversionId, scope, readAt } = about;
  if (conversionId === null) return [];
  const { campaignId } = subject.facts;
  const made: Record<TemplateButton, Button | null> = {
    open: { text: t("conversions.alert.open"), app: `conversions/${conversionId}` },
    // Its address must fit into a start parameter, which knows few characters.
    campaign:
      campaignId !== null && readAt !== null && /^[A-Za-z0-9-]{1,60}$/.test(campaignId)
        ? wayToCampaign(campaignId, readAt, t)
        : null,
    mute: scope === null ? null : { text: t("conversions.alert.mute"), callback: muteData(scope) },
  };
  const row = set.buttons.map((name) => made[name]).filter((button) => button !== null);
  return row.length === 0 ? [] : [row];
}

/** As near as is known: the flow, else its campaign, else the campaign's conversions. */
function wayToCampaign(campaignId: string, { connectionId, isRead, flowId }: ReadAt, t: Translate): Button {
  if (flowId !== null) return { text: t("conversions.alert.open_flow"), app: `campaigns/flows/${flowId}` };
  const app = `${isRead ? "campaigns/of" : "traffic/campaign"}/${connectionId}/${campaignId}`;
  return { text: t("conversions.alert.open_campaign"), app };
}

/** "route:<uuid>" → "mute:r:<uuid>": 43 of the 64 bytes there are. */
const muteData = (scope: string) =>
  `mute:${scope.startsWith("route:") ? "r" : "c"}:${scope.slice(scope.indexOf(":") + 1)}`;

// ── Telling ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Told {
  deliveryIds: string[];
  /** Alerts that wait on purpose. */
  heldIds: string[];
}

export interface TellInput extends Occasion {
  conversionId: bigint;
  /** Telling twice with one key tells once. */
  dedupeKey: string;
  /** Places (`placeOf`) that have heard of it already. */
  except?: ReadonlySet<string>;
}

/** Queues, or holds, an alert for everybody whom the routes name. */
export async function tell(ctx: ActionContext<ConversionsPorts>, book: AlertBook, input: TellInput): Promise<Told> {
  const { db, now, ports } = ctx;
  const { connection, alert } = input;
  const all = await addresseesOf(db, book, input, now);
  const addressees = all.filter(
    ({ chat, threadId }) => chat === null || !input.except?.has(placeOf(chat.id, threadId)),
  );
  if (addressees.length === 0) return { deliveryIds: [], heldIds: [] };
  const mutes = await readMutes(
    db,
    addressees.flatMap(({ chat }) => (chat === null ? [] : [chat.id])),
    now,
  );
  const tellings = await decideAll(addressees, mutes, now, ({ route, threadId, pace, timeZone }, chat) => {
    if (route === null || pace.cap === null) return Promise.resolve(null);
    const windowEnds = windowEnd(now, pace.cap.minutes, timeZone);
    return countAgainstCap(db, {
      routeId: route.id,
      chatId: chat.id,
      threadId,
      now,
      windowEnds,
      limit: pace.cap.count,
    });
  });

  const id = String(input.conversionId);
  const readAt = await whereRead(db, connection.id, alert.facts);
  const item = digestItemOf(alert);
  const deliveries: NewDelivery[] = [];
  const held: Parameters<typeof saveHeldAlerts>[1][number][] = [];
  for (const { addressee, decision } of tellings) {
    const { chat, threadId, locale, target, route } = addressee;
    if (chat === null) continue;
    const dedupeKey = `${input.dedupeKey}:${placeOf(chat.id, threadId)}`;
    if (decision.outcome === "now") {
      const subject = {
        ...alert,
        connectionName: connection.name,
        receivedAt: input.receivedAt,
        timeZone: addressee.timeZone,
      };
      const about = { conversionId: id, scope: addressee.scope, readAt };
      const content: Content = {
        kind: "text",
        ...messageFor(book.templateOf(target.templateId), subject, locale, ports.markup, about),
        ...(target.isSilent ? { silent: true } : {}),
      };
      deliveries.push({
        workspaceId: connection.workspaceId,
        chatId: chat.id,
        threadId,
        lane: "alert",
        content,
        fold: { kind: conversionFold, item, locale },
        subject: { kind: conversionSubject, id },
        dedupeKey,
      });
    } else if (decision.outcome === "held")
      held.push({
        workspaceId: connection.workspaceId,
        conversionId: input.conversionId,
        connectionId: connection.id,
        routeId: route?.id ?? null,
        chatId: chat.id,
        threadId,
        reason: decision.reason,
        dueAt: decision.dueAt,
        item,
        locale,
        isSilent: target.isSilent,
        dedupeKey,
      });
  }
  const queued = await queueDeliveries(db, deliveries);
  const heldIds = await saveHeldAlerts(db, held);
  return { deliveryIds: queued.map((one) => one.id).filter((one) => one !== null), heldIds: heldIds.map(String) };
}

export const digestItemOf = (alert: Alert): DigestItem => ({
  status: alert.facts.status,
  rawStatus: alert.facts.rawStatus,
  amount: alert.facts.amount,
  currency: alert.facts.currency,
  isCorrection: alert.correctedFrom !== null,
});

/** A test in the connection's own chat; it is nobody's conversion, so no route is asked and no digest takes it in. */
export async function tellTest(
  ctx: ActionContext<ConversionsPorts>,
  input: Occasion & { dedupeKey: string },
): Promise<string[]> {
  const { connection, alert, receivedAt } = input;
  if (connection.chatId === null) return [];
  const book = await readAlertBook(ctx.db, connection.workspaceId);
  const subject = { ...alert, connectionName: connection.name, receivedAt, timeZone: book.timeZone };
  const about = { conversionId: null, scope: null, readAt: null };
  const queued = await queueDeliveries(ctx.db, [
    {
      workspaceId: connection.workspaceId,
      chatId: connection.chatId,
      threadId: connection.threadId,
      lane: "alert",
      content: {
        kind: "text",
        ...messageFor(book.templateOf(null), subject, connection.locale, ctx.ports.markup, about),
      },
      subject: { kind: "connection", id: connection.id },
      dedupeKey: input.dedupeKey,
    },
  ]);
  return queued.map(({ id }) => id).filter((id) => id !== null);
}

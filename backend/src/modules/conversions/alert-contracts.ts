/** Shapes of routes, templates and the lab that cross HTTP. Those of connections and conversions: contracts.ts. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { Button } from "@backend/modules/messaging/index.ts";
import { holdReasons } from "@db/schema/alerts.ts";
import { locales } from "@db/schema/identity.ts";
import { type Static, t } from "elysia";
import { Conversion, Facts, StatusName } from "./contracts.ts";
import { limits, textFields, textOperators } from "./domain/conditions.ts";
import { canonicalStatuses } from "./domain/status-map.ts";
import { templateButtons } from "./domain/template.ts";

const Uuid = t.String({ format: "uuid" });
const Instant = t.String();
const Text = t.Nullable(t.String());
const LocaleName = oneOf(locales);
const Clock = t.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
const Decimal = t.String({ pattern: "^-?[0-9]{1,18}([.][0-9]{1,8})?$" });
const ConversionId = t.String({ pattern: "^[0-9]{1,18}$" });

// ── Routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const ConditionContract = t.Union([
  t.Object({
    kind: t.Literal("text"),
    field: oneOf(textFields),
    sub: t.Optional(t.Integer({ minimum: 1, maximum: 30 })),
    operator: oneOf(textOperators),
    values: t.Array(t.String({ maxLength: limits.patternLength }), { maxItems: limits.values }),
    not: t.Boolean(),
  }),
  t.Object({
    kind: t.Literal("amount"),
    min: t.Nullable(Decimal),
    max: t.Nullable(Decimal),
    currency: t.Nullable(t.String({ maxLength: 20 })),
    not: t.Boolean(),
  }),
  t.Object({ kind: t.Literal("time"), from: Clock, to: Clock, not: t.Boolean() }),
]);

const targetOptions = {
  templateId: t.Nullable(Uuid),
  locale: t.Nullable(LocaleName),
  isSilent: t.Boolean(),
};
export const TargetContract = t.Union([
  t.Object({
    kind: t.Literal("chat"),
    chatId: Uuid,
    threadId: t.Nullable(t.Integer({ minimum: 1 })),
    ...targetOptions,
  }),
  t.Object({ kind: t.Literal("person"), personId: Uuid, ...targetOptions }),
]);

const Minutes = t.Integer({ minimum: limits.digestMinutes.min, maximum: limits.digestMinutes.max });
const PaceContract = t.Object({
  digestMinutes: t.Nullable(Minutes),
  cap: t.Nullable(
    t.Object({ count: t.Integer({ minimum: limits.cap.min, maximum: limits.cap.max }), minutes: Minutes }),
  ),
});
const QuietContract = t.Nullable(
  t.Object({ from: Clock, to: Clock, policy: t.Union([t.Literal("hold"), t.Literal("drop")]) }),
);

const draft = {
  name: t.String({ maxLength: limits.name * 4 }),
  isOn: t.Boolean(),
  isFallback: t.Boolean(),
  stops: t.Boolean(),
  conditions: t.Array(ConditionContract, { maxItems: limits.conditions }),
  targets: t.Array(TargetContract, { maxItems: limits.targets }),
  pace: PaceContract,
  quiet: QuietContract,
};
export const RouteDraftBody = t.Object(draft, {
  examples: [
    {
      name: "Deposits of Australia",
      isOn: true,
      isFallback: false,
      stops: false,
      conditions: [{ kind: "text", field: "country", operator: "is", values: ["AU"], not: false }],
      targets: [],
      pace: { digestMinutes: null, cap: null },
      quiet: null,
    },
  ],
});
export type RouteDraftBody = Static<typeof RouteDraftBody>;
export const ChangeRouteBody = t.Partial(RouteDraftBody);
export type ChangeRoute = Static<typeof ChangeRouteBody>;

/** How a target looks now, beside what the route stores of it; in the order of `targets`. */
const TargetState = t.Object({
  /** The chat's or person's name; null when it is gone. */
  name: Text,
  topic: Text,
  isWritable: t.Boolean(),
  template: Text,
});
export const AlertRoute = t.Object({
  id: t.String(),
  ...draft,
  targetStates: t.Array(TargetState),
  createdBy: t.Nullable(t.Object({ id: t.String(), name: t.String() })),
  createdAt: Instant,
  updatedAt: Instant,
});
export type AlertRoute = Static<typeof AlertRoute>;
export const AlertRouteList = t.Object({ items: t.Array(AlertRoute) });
export const AlertRouteParams = t.Object({ alertRouteId: Uuid });
export const RouteOrderBody = t.Object({ ids: t.Array(Uuid, { maxItems: limits.routes }) });

/** Values of a field among the last conversions, commonest first: what a person may want to choose from. */
export const FieldValuesQuery = t.Object({
  field: oneOf(textFields),
  sub: t.Optional(t.Integer({ minimum: 1, maximum: 30 })),
});
export const FieldValues = t.Object({
  items: t.Array(t.Object({ value: t.String(), label: t.String(), count: t.Number() })),
});

export const RouteHistory = pageOf(
  t.Object({
    id: t.String(),
    at: Instant,
    /** Who did it; null for a program or someone who is gone. */
    by: Text,
    /** "alert_route.created" and the like. */
    action: t.String(),
    before: t.Nullable(t.Record(t.String(), t.Unknown())),
    after: t.Nullable(t.Record(t.String(), t.Unknown())),
  }),
);
export const RouteHistoryQuery = t.Object({ ...pageQuery });

/** One person or chat that would be told, and how. */
export const Told = t.Object({
  /** The route that says so; null: the connection's own chat, as no route matched. */
  routeId: Text,
  routeName: Text,
  chatId: Text,
  /** Name of the chat or person. */
  name: t.String(),
  threadId: t.Nullable(t.Number()),
  /** "dropped": quiet hours say so. "unreachable": the chat is gone, or the person has not started the bot. */
  outcome: oneOf(["now", "held", "dropped", "unreachable"]),
  reason: t.Nullable(oneOf(holdReasons)),
  dueAt: t.Nullable(Instant),
  isSilent: t.Boolean(),
});
export type Told = Static<typeof Told>;

export const DryRunBody = t.Object({
  /** The route as it stands in the form; left out, the routes are tried as they are. */
  draft: t.Optional(RouteDraftBody),
  /** The route that the draft would replace; without it the draft is tried as a new last one. */
  alertRouteId: t.Optional(Uuid),
  /** Try these; without them the last ones. */
  conversionIds: t.Optional(t.Array(ConversionId, { minItems: 1, maxItems: 200 })),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 200 })),
});
export type DryRunInput = Static<typeof DryRunBody>;
export const DryRun = t.Object({
  items: t.Array(
    t.Object({
      conversion: Conversion,
      told: t.Array(Told),
      /** Whether the draft itself matched. */
      byDraft: t.Boolean(),
    }),
  ),
  /** Of all tried: how many the draft matches, and how many somebody would be told of. */
  matched: t.Number(),
  toldCount: t.Number(),
});
export type DryRun = Static<typeof DryRun>;

// ── Templates ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const TemplateStatus = oneOf(["any", ...canonicalStatuses]);
export const TemplateButtonName = oneOf(templateButtons);
const TemplateButtonList = t.Array(TemplateButtonName, { maxItems: templateButtons.length });
const maxBody = 4_096;
const TemplateTextContract = t.Object({ status: TemplateStatus, locale: LocaleName, body: t.String() });
/** "default" or a template's id. */
export const AlertTemplateParams = t.Object({ templateId: t.String({ pattern: "^(default|[0-9a-f-]{36})$" }) });
export const AlertTemplate = t.Object({
  /** "default" or an id. */
  id: t.String(),
  name: t.String(),
  isDefault: t.Boolean(),
  buttons: TemplateButtonList,
  /** Texts of its own; what it lacks is said by the built-in ones. */
  texts: t.Array(TemplateTextContract),
  /** Routes that use it. */
  usedBy: t.Number(),
});
export type AlertTemplate = Static<typeof AlertTemplate>;
export const AlertTemplateList = t.Object({
  items: t.Array(AlertTemplate),
  /** The built-in text of each language; it serves every status. */
  builtIn: t.Object({ en: t.String(), ru: t.String(), uk: t.String() }),
});
export const CreateTemplateBody = t.Object(
  { name: t.String({ maxLength: 320 }) },
  { examples: [{ name: "Short alerts" }] },
);
export const ChangeTemplateBody = t.Object({
  name: t.Optional(t.String({ maxLength: 320 })),
  buttons: t.Optional(TemplateButtonList),
});
export const TemplateTextBody = t.Object({
  status: TemplateStatus,
  locale: LocaleName,
  /** Null: back to the built-in text. */
  body: t.Nullable(t.String({ maxLength: maxBody })),
});
export const PreviewBody = t.Object({
  body: t.String({ maxLength: maxBody }),
  status: TemplateStatus,
  locale: LocaleName,
  /** Shown with this one; without it with the last of its status, else with an invented one. */
  conversionId: t.Optional(ConversionId),
});
export const TemplatePreview = t.Object({
  /** Telegram HTML, empty when it cannot be rendered. */
  html: t.String(),
  /** Characters as Telegram counts them. */
  length: t.Number(),
  /** What keeps it from being saved, in the reader's language. */
  problems: t.Array(t.Object({ code: t.String(), message: t.String() })),
  /** The conversion it was shown with; null: an invented one. */
  conversionId: Text,
  /** The value of each variable in that conversion; absent ones are left out. */
  values: t.Record(t.String(), t.String()),
});
export type TemplatePreview = Static<typeof TemplatePreview>;

// ── The lab ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const LabBody = t.Object({
  connectionId: Uuid,
  /** A pasted address, query, curl command or body; or a stored call. */
  call: t.Union([
    t.Object({ kind: t.Literal("text"), text: t.String({ maxLength: 65_536 }) }),
    t.Object({ kind: t.Literal("event"), eventId: ConversionId }),
  ]),
});
export type LabInput = Static<typeof LabBody>;
const Money = t.Object({ amount: Text, currency: Text });
export const LabReport = t.Object({
  /** How the text was understood. */
  understoodAs: oneOf(["stored", "curl", "address", "query", "body"]),
  call: t.Object({
    method: t.String(),
    path: t.String(),
    query: t.String(),
    contentType: Text,
    body: Text,
  }),
  reading: t.Object({
    outcome: oneOf(["conversion", "ignored", "malformed"]),
    reason: Text,
    facts: t.Nullable(Facts),
    notes: t.Array(t.Object({ kind: t.String(), field: t.Optional(t.String()) })),
  }),
  /** How the tracker's word became a status. */
  status: t.Nullable(t.Object({ word: Text, status: StatusName, by: oneOf(["own", "default", "unknown", "absent"]) })),
  identity: t.Nullable(t.Object({ subid: t.String(), tid: t.String(), status: t.String(), byAllFacts: t.Boolean() })),
  arrival: t.Nullable(
    t.Object({
      kind: oneOf(["new", "duplicate", "correction"]),
      conversionId: Text,
      from: t.Nullable(Money),
      to: t.Nullable(Money),
    }),
  ),
  routes: t.Array(
    t.Object({
      id: t.String(),
      name: t.String(),
      outcome: oneOf(["matched", "not_matched", "off", "not_asked"]),
      conditions: t.Array(
        t.Object({
          condition: ConditionContract,
          holds: t.Boolean(),
          /** What was compared. */
          values: t.Array(t.String()),
        }),
      ),
    }),
  ),
  messages: t.Array(
    t.Object({
      told: Told,
      html: t.String(),
      buttons: t.Array(t.Array(Button)),
    }),
  ),
  /** Why nobody is told, as a code; null when somebody is. */
  silence: t.Nullable(oneOf(["no_conversion", "paused", "duplicate", "no_route", "no_chat", "dropped"])),
});
export type LabReport = Static<typeof LabReport>;
export const LabSendBody = t.Object({
  ...LabBody.properties,
  chatId: Uuid,
  threadId: t.Optional(t.Nullable(t.Integer({ minimum: 1 }))),
});
export type LabSendInput = Static<typeof LabSendBody>;

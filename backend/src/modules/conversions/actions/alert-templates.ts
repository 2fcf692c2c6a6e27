/** The texts of alerts: sets of them, each with a text per status and language. */
import { locales, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { invalid, violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { checkHtml } from "@backend/modules/messaging/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { Static } from "elysia";
import { defaultButtons, templateSetOf } from "../alert-book.ts";
import type {
  AlertTemplate,
  AlertTemplateList,
  ChangeTemplateBody,
  CreateTemplateBody,
  PreviewBody,
  TemplatePreview,
  TemplateTextBody,
} from "../alert-contracts.ts";
import {
  deleteTemplate as deleteRow,
  ensureDefaultTemplate,
  listOwnAlertRoutes,
  listOwnTemplates,
  lockOwnTemplate,
  saveTemplate,
  saveTemplateText,
  type TemplateRow,
  updateTemplate,
} from "../alert-queries.ts";
import type { RouteTarget } from "../domain/conditions.ts";
import { readConnectionName } from "../domain/connection-settings.ts";
import { blankFacts, sampleFacts } from "../domain/sample-facts.ts";
import { type CanonicalStatus, canonicalStatuses } from "../domain/status-map.ts";
import {
  builtInTemplate,
  renderTemplate,
  type TemplateSubject,
  templateValue,
  templateVariables,
  unknownVariables,
} from "../domain/template.ts";
import {
  conversionNotFound,
  templateIsDefault,
  templateNameInvalid,
  templateNameTaken,
  templateNotFound,
  tooManyTemplates,
} from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { findVisibleConversion, listVisibleConversions, namesOfConnections } from "../queries.ts";
import { alertOf } from "./dry-run-routes.ts";

type TemplateList = Static<typeof AlertTemplateList>;
type Text = Static<typeof TemplateTextBody>;
type Preview = Static<typeof PreviewBody>;

const maxTemplates = 100;
/** The id by which the app names the default set, which may not have a row yet. */
const defaultId = "default";

/** All sets, the default one first, with the text that speaks where a set has none. */
export async function listTemplates(ctx: ActionContext, _: unknown): Promise<TemplateList> {
  const items = await showTemplates(ctx);
  const builtIn = Object.fromEntries(locales.map((locale) => [locale, builtInTemplate(translator(locale))]));
  return { items, builtIn: builtIn as TemplateList["builtIn"] };
}

async function showTemplates(ctx: ActionContext): Promise<AlertTemplate[]> {
  const { db, actor } = ctx;
  const sets = await listOwnTemplates(db, actor.workspaceId);
  const used = (await listOwnAlertRoutes(db, actor.workspaceId)).map(({ targets }) => targets as RouteTarget[]);
  const usedBy = (id: string | null) =>
    used.filter((targets) => targets.some(({ templateId }) => templateId === id)).length;
  const t = translator(actor.locale);
  const shown = sets.map((set): AlertTemplate => {
    const { template, texts } = set;
    return {
      id: template.isDefault ? defaultId : template.id,
      name: template.isDefault ? t("conversions.template_default") : template.name,
      isDefault: template.isDefault,
      buttons: [...templateSetOf(set).buttons],
      texts: texts.map(({ status, locale, body }) => ({ status: status as Text["status"], locale, body })),
      usedBy: usedBy(template.isDefault ? null : template.id),
    };
  });
  if (shown.some(({ isDefault }) => isDefault)) return shown;
  const untouched: AlertTemplate = {
    id: defaultId,
    name: t("conversions.template_default"),
    isDefault: true,
    buttons: [...defaultButtons],
    texts: [],
    usedBy: usedBy(null),
  };
  return [untouched, ...shown];
}

async function showTemplate(ctx: ActionContext, id: string): Promise<AlertTemplate> {
  const found = (await showTemplates(ctx)).find((template) => template.id === id);
  if (!found) throw templateNotFound();
  return found;
}

/** Stored as the name of the default set, which is shown by a word of the reader's language; nobody can give it to another. */
const defaultName = "*";

/** The caller's set, locked; the default one is made when it is first changed. */
async function lockTemplate(ctx: ActionContext, templateId: string): Promise<TemplateRow> {
  const { workspaceId } = ctx.actor;
  const row =
    templateId === defaultId
      ? await ensureDefaultTemplate(ctx.db, workspaceId, { name: defaultName, buttons: [...defaultButtons] })
      : await lockOwnTemplate(ctx.db, workspaceId, templateId);
  if (!row || (row.isDefault && templateId !== defaultId)) throw templateNotFound();
  return row;
}

async function refusingTakenNames<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violates(error, "alert_templates_name_once") ? templateNameTaken() : error;
  }
}

const nameFrom = (name: string): string => {
  const clean = readConnectionName(name);
  if (clean === undefined || clean === defaultName) throw templateNameInvalid();
  return clean;
};

async function recordTemplateChange(
  ctx: ActionContext,
  verb: string,
  template: TemplateRow,
  after: Record<string, unknown>,
): Promise<void> {
  const { workspaceId } = ctx.actor;
  await recordAudit(ctx, {
    action: `alert_template.${verb}`,
    subjectKind: "alert_template",
    subjectId: template.id,
    after,
  });
  await notifyLive(ctx.db, { workspaceId, topic: "alert-templates", id: template.id });
}

export function createTemplate(ctx: ActionContext, input: Static<typeof CreateTemplateBody>): Promise<AlertTemplate> {
  return inTransaction(ctx, async (tx) => {
    const { actor } = tx;
    const name = nameFrom(input.name);
    if ((await listOwnTemplates(tx.db, actor.workspaceId)).length >= maxTemplates) throw tooManyTemplates(maxTemplates);
    const row = await refusingTakenNames(() =>
      saveTemplate(tx.db, {
        workspaceId: actor.workspaceId,
        name,
        buttons: [...defaultButtons],
        createdBy: actor.kind === "person" ? actor.personId : null,
      }),
    );
    await recordTemplateChange(tx, "created", row, { buttons: row.buttons });
    return showTemplate(tx, row.id);
  });
}

/** Renames a set or changes the buttons under its messages. */
export function changeTemplate(
  ctx: ActionContext,
  input: Static<typeof ChangeTemplateBody> & { templateId: string },
): Promise<AlertTemplate> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockTemplate(tx, input.templateId);
    if (input.name !== undefined && row.isDefault) throw templateIsDefault();
    const buttons = input.buttons && [...new Set(input.buttons)];
    await refusingTakenNames(() =>
      updateTemplate(tx.db, row.id, {
        ...(input.name === undefined ? {} : { name: nameFrom(input.name) }),
        ...(buttons ? { buttons } : {}),
      }),
    );
    await recordTemplateChange(tx, "changed", row, buttons ? { buttons } : { name: "…" });
    return showTemplate(tx, input.templateId);
  });
}

/** Deletes a set; the targets that used it speak by the default one from then on. The default set cannot be deleted. */
export function deleteTemplate(ctx: ActionContext, input: { templateId: string }): Promise<{ ok: true }> {
  return inTransaction(ctx, async (tx) => {
    if (input.templateId === defaultId) throw templateIsDefault();
    const row = await lockTemplate(tx, input.templateId);
    await deleteRow(tx.db, row.id);
    await recordTemplateChange(tx, "deleted", row, {});
    return { ok: true };
  });
}

/** Sets one text, or takes it away so that the built-in one speaks again. What Telegram would refuse is refused here. */
export function changeTemplateText(
  ctx: ActionContext<ConversionsPorts>,
  input: Text & { templateId: string },
): Promise<AlertTemplate> {
  return inTransaction(ctx, async (tx) => {
    const { status, locale, body } = input;
    const row = await lockTemplate(tx, input.templateId);
    if (body !== null) {
      const [problem] = problemsOf(tx, body, status, locale, invented(status));
      if (problem) throw invalid(problem.code, problem.params);
    }
    await saveTemplateText(tx.db, { templateId: row.id, status, locale, body });
    await updateTemplate(tx.db, row.id, {});
    await recordTemplateChange(tx, "text-changed", row, { status, locale, isBuiltIn: body === null });
    return showTemplate(tx, input.templateId);
  });
}

/** A text as Telegram would show it, with a real conversion where there is one. */
export async function previewTemplate(ctx: ActionContext<ConversionsPorts>, input: Preview): Promise<TemplatePreview> {
  const { body, status, locale } = input;
  const { subject, conversionId } = await subjectFor(ctx, input);
  const t = translator(locale);
  const html = renderTemplate(body, subject, t, ctx.ports.markup, () => true) ?? "";
  const names = [
    ...templateVariables,
    ...Array.from({ length: 30 }, (_, index) => `sub_${index + 1}`),
    ...Object.keys(subject.facts.extra).map((name) => `param:${name}`),
  ];
  const values = names.flatMap((name) => {
    const value = templateValue(name, subject, t);
    return value === undefined ? [] : [[name, ctx.ports.markup.truncate(ctx.ports.markup.singleLine(value), 160)]];
  });
  const sentence = translator(ctx.actor.locale);
  return {
    html,
    length: checkHtml(html).length,
    problems: problemsOf(ctx, body, status, locale, subject).map(({ code, params }) => ({
      code,
      message: sentence.find(code, params) ?? code,
    })),
    conversionId,
    values: Object.fromEntries(values),
  };
}

interface Problem {
  code: string;
  params: Record<string, string | number>;
}

/**
 * What keeps a text from being saved, worst first. It must be fine with every value and with none; where it fails in between,
 * the built-in text speaks.
 */
function problemsOf(
  ctx: ActionContext<ConversionsPorts>,
  body: string,
  status: Text["status"],
  locale: Locale,
  subject: TemplateSubject,
): Problem[] {
  const t = translator(locale);
  const problems: Problem[] = [];
  for (const one of [subject, invented(status), bare(status)]) {
    const html = renderTemplate(body, one, t, ctx.ports.markup, () => true) ?? "";
    // Without any value it may say nothing at all.
    if (html === "" && one.facts.subid === null) continue;
    const { problem } = checkHtml(html);
    // Long values are cut shorter when it is sent; what is too long even so is too long by itself.
    const isHelped =
      problem?.code === "messaging.html_too_long" &&
      renderTemplate(body, one, t, ctx.ports.markup, (cut) => checkHtml(cut).problem === null) !== undefined;
    if (problem && !isHelped && !problems.some(({ code }) => code === problem.code))
      problems.push({ code: problem.code, params: { tag: problem.tag } });
  }
  for (const name of unknownVariables(body))
    problems.push({ code: "conversions.template_variable_unknown", params: { name } });
  return problems;
}

/** A conversion in which every field has a value. */
const invented = (status: Text["status"]): TemplateSubject => ({
  facts: sampleFacts(status === "any" ? "deposit" : status),
  correctedFrom: { amount: "100.00", currency: "USD" },
  isRecovered: true,
  isTest: true,
  isReplay: true,
  connectionName: "Keitaro",
  receivedAt: new Date(Date.UTC(2026, 0, 15, 14, 30)),
  timeZone: "UTC",
});

/** A conversion of which nothing is known but its status. */
const bare = (status: Text["status"]): TemplateSubject => ({
  ...invented(status),
  facts: { ...blankFacts, status: status === "any" ? "other" : status },
  correctedFrom: null,
  isRecovered: false,
  isTest: false,
  isReplay: false,
});

async function subjectFor(
  ctx: ActionContext<ConversionsPorts>,
  input: Preview,
): Promise<{ subject: TemplateSubject; conversionId: string | null }> {
  const { db, actor } = ctx;
  const isStatus = (name: string): name is CanonicalStatus => (canonicalStatuses as readonly string[]).includes(name);
  const row = input.conversionId
    ? await findVisibleConversion(db, actor, BigInt(input.conversionId))
    : ((
        await listVisibleConversions(db, actor, isStatus(input.status) ? { status: input.status } : {}, {
          limit: 1,
        })
      )[0] ?? null);
  if (!row) {
    if (input.conversionId) throw conversionNotFound();
    const sample = invented(input.status);
    return {
      subject: { ...sample, correctedFrom: null, isRecovered: false, isTest: false, isReplay: false },
      conversionId: null,
    };
  }
  const names = await namesOfConnections(db, [row.connectionId]);
  return {
    subject: {
      ...alertOf(row),
      connectionName: names.get(row.connectionId) ?? "",
      receivedAt: row.receivedAt,
      timeZone: actor.timeZone,
    },
    conversionId: String(row.id),
  };
}

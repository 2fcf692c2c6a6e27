import { formatDateTime, formatMoney, formatNumber, languageTitle } from "@backend/i18n/format.ts";
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { type PdfColumn, type PdfSheet, pdfResponse } from "@backend/kit/pdf.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { rateOf } from "../domain/rates.ts";
import type { Broadcast } from "../queries.ts";
import type { AnswerCounts, BroadcastResults, Recipient, ResultExportQuery } from "../result-contracts.ts";
import { listRecipients } from "../result-queries.ts";
import { presentRecipients } from "./list-recipients.ts";
import { ownBroadcast } from "./own-broadcast.ts";
import { namesOfBots, readResults } from "./read-results.ts";

/** Read at a time: a few milliseconds of work between two turns of everybody else. */
const pageSize = 500;

/**
 * A broadcast as a file: its recipients as a table, read by key while it is written, or its figures as a report on paper. The
 * beginning of either leaves an audit row, since names leave the house.
 */
export async function exportResults(
  ctx: ActionContext,
  input: ResultExportQuery & { broadcastId: string },
): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const broadcast = await ownBroadcast(ctx, input.broadcastId);
  const { format, separator } = input;
  await recordAudit(ctx, {
    action: "broadcast.exported",
    subjectKind: "broadcast",
    subjectId: broadcast.id,
    after: { name: broadcast.name, format },
  });
  const name = `broadcast-${ctx.now.toISOString().slice(0, 10)}`;
  if (format === "pdf") {
    const results = await readResults(ctx, input);
    return pdfResponse(name, {
      title: broadcast.name,
      language: locale,
      at: ctx.now,
      draw: (sheet) => drawReport(sheet, results, locale),
    });
  }
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const t = translator(locale);
  const botNames = await namesOfBots(ctx);
  return exportResponse(name, {
    format,
    ...(separator ? { separator } : {}),
    columns: columnsOf(t, timeZone),
    pages: pages(ctx, broadcast, t, botNames),
    timeZone,
    title: t("results.export.sheet"),
  });
}

function columnsOf(t: Translate, zone: string): ExportColumn[] {
  return [
    { title: t("results.export.name"), kind: "text", width: 24 },
    { title: t("results.export.username"), kind: "text", width: 20 },
    { title: t("results.export.telegram_id"), kind: "number", width: 14 },
    { title: t("results.export.bot"), kind: "text", width: 20 },
    { title: t("results.export.variant"), kind: "text", width: 9 },
    { title: t("results.export.language"), kind: "text", width: 11 },
    { title: t("results.export.state"), kind: "text", width: 16 },
    { title: t("results.export.reason"), kind: "text", width: 36 },
    { title: t("results.export.done", { zone }), kind: "moment", width: 26 },
    { title: t("results.export.clicks"), kind: "number", width: 9 },
    { title: t("results.export.clicked", { zone }), kind: "moment", width: 26 },
    { title: t("results.export.replied", { zone }), kind: "moment", width: 26 },
    { title: t("results.export.opted_out", { zone }), kind: "moment", width: 26 },
    { title: t("results.export.converted", { zone }), kind: "moment", width: 26 },
    { title: t("results.export.money"), kind: "text", width: 20 },
  ];
}

const asMoment = (text: string | null) => (text === null ? null : new Date(text));

const rowOf = (one: Recipient, t: Translate, botNames: ReadonlyMap<string, string>): Row => [
  one.name,
  one.username,
  one.telegramId,
  botNames.get(one.botId) ?? null,
  one.variant,
  one.language,
  t(`results.state.${one.state}`),
  one.problem,
  asMoment(one.doneAt),
  one.clicks,
  asMoment(one.clickedAt),
  asMoment(one.repliedAt),
  asMoment(one.optedOutAt),
  asMoment(one.convertedAt),
  // Several currencies do not fit one number.
  one.money.map(({ amount, currency }) => (currency ? `${amount} ${currency}` : amount)).join(", "),
];

async function* pages(
  ctx: ActionContext,
  broadcast: Broadcast,
  t: Translate,
  botNames: ReadonlyMap<string, string>,
): AsyncGenerator<Row[]> {
  for (let before: bigint | null = null; ; ) {
    const rows: Awaited<ReturnType<typeof listRecipients>> = await listRecipients(
      ctx.db,
      broadcast.id,
      {},
      { before, size: pageSize },
    );
    yield (await presentRecipients(ctx, broadcast, rows)).map((one) => rowOf(one, t, botNames));
    if (rows.length < pageSize) return;
    before = rows.at(-1)?.id ?? null;
  }
}

/** Links that stand in the report; a message with more of them has a table of its own in the app. */
const linksDrawn = 20;

function drawReport(sheet: PdfSheet, results: BroadcastResults, locale: "en" | "ru" | "uk"): void {
  const t = translator(locale);
  const { counts, timeZone } = results;
  const number = (value: number) => formatNumber(value, locale);
  const moment = (text: string) => formatDateTime(new Date(text), locale, timeZone);
  const share = (part: number, whole: number) => {
    const rate = rateOf(part, whole);
    if (rate === null) return "–";
    return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(rate);
  };
  sheet.title(
    results.name,
    results.startedAt
      ? t("results.report.began", { moment: moment(results.startedAt), zone: timeZone })
      : t("results.report.not_begun"),
  );
  const { sent, failed, blocked, clicked, replied, converted, optedOut } = counts;
  sheet.figures([
    { name: t("results.report.sent"), value: number(sent) },
    { name: t("results.report.failed"), value: number(failed), note: share(failed, sent + failed) },
    { name: t("results.report.blocked"), value: number(blocked), note: share(blocked, sent + failed) },
    { name: t("results.report.skipped"), value: number(counts.skipped) },
    { name: t("results.report.clicked"), value: number(clicked), note: share(clicked, sent) },
    { name: t("results.report.replied"), value: number(replied), note: share(replied, sent) },
    { name: t("results.report.converted"), value: number(converted), note: share(converted, sent) },
    { name: t("results.report.opted_out"), value: number(optedOut), note: share(optedOut, sent) },
    ...results.money.map(({ amount, currency, perThousand }) => ({
      name: t("results.report.revenue", { currency: currency ?? t("results.report.no_currency") }),
      value: formatMoney(amount, currency, locale),
      ...(perThousand === null
        ? {}
        : { note: t("results.report.per_thousand", { amount: formatMoney(perThousand, currency, locale) }) }),
    })),
  ]);
  const { items } = results.clicks;
  const [first] = items;
  const last = items.at(-1);
  if (first && last) {
    sheet.heading(t("results.report.clicks"));
    const people = items.map((item) => item.people);
    sheet.bars(people, {
      from: moment(first.at),
      to: moment(last.at),
      most: t("results.report.most", { people: number(Math.max(...people)) }),
    });
  }
  if (results.links.length > 0) {
    sheet.heading(t("results.report.links"));
    sheet.table(
      [
        { title: t("results.report.link"), share: 0.64 },
        { title: t("results.report.people"), share: 0.18, isNumber: true },
        { title: t("results.report.all_clicks"), share: 0.18, isNumber: true },
      ],
      results.links.slice(0, linksDrawn).map((link) => [link.url, number(link.people), number(link.clicks)]),
    );
  }
  const answers = ["sent", "clicked", "replied", "converted"] as const;
  const compared = (heading: string, rows: readonly { name: string; counts: AnswerCounts }[]) => {
    if (rows.length < 2) return;
    sheet.heading(heading);
    sheet.table(
      [
        { title: t("results.report.who"), share: 0.36 },
        ...answers.map(
          (name): PdfColumn => ({
            title: t(`results.report.${name}`),
            share: 0.16,
            isNumber: true,
          }),
        ),
      ],
      rows.map((row) => [row.name, ...answers.map((name) => number(row.counts[name]))]),
    );
  };
  compared(
    t("results.report.variants"),
    results.variants.map((one) => ({ name: one.key, counts: one })),
  );
  compared(
    t("results.report.bots"),
    results.bots.map((one) => ({ name: `@${one.name}`, counts: one })),
  );
  drawParts(sheet, results, locale);
  const reasons = [...results.failures, ...results.skips];
  if (reasons.length > 0) {
    sheet.heading(t("results.report.reasons"));
    sheet.table(
      [
        { title: t("results.export.reason"), share: 0.8 },
        { title: t("results.report.count"), share: 0.2, isNumber: true },
      ],
      reasons.map(({ message, count }) => [message, number(count)]),
    );
  }
}

/** Countries and languages that stand in the report: the rest is in the app. */
const partsDrawn = 20;

/** By language and by country, where the data tells them apart. */
function drawParts(sheet: PdfSheet, results: BroadcastResults, locale: "en" | "ru" | "uk"): void {
  const t = translator(locale);
  const number = (value: number) => formatNumber(value, locale);
  const money = (lines: readonly { currency: string | null; amount: string }[]) =>
    lines.map(({ amount, currency }) => formatMoney(amount, currency, locale)).join(", ");
  if (results.languages.some(({ language }) => language !== null)) {
    const answers = ["sent", "clicked", "blocked", "converted"] as const;
    sheet.heading(t("results.report.languages"));
    sheet.table(
      [
        { title: t("results.export.language"), share: 0.24 },
        ...answers.map((name): PdfColumn => ({ title: t(`results.report.${name}`), share: 0.14, isNumber: true })),
        { title: t("results.export.money"), share: 0.2, isNumber: true },
      ],
      results.languages
        .slice(0, partsDrawn)
        .map((one) => [
          one.language === null ? t("results.report.not_known") : languageTitle(locale, one.language),
          ...answers.map((name) => number(one[name])),
          money(one.money),
        ]),
    );
  }
  if (results.countries.some(({ country }) => country !== null)) {
    sheet.heading(t("results.report.countries"));
    sheet.table(
      [
        { title: t("results.report.country"), share: 0.4 },
        { title: t("results.report.purchases"), share: 0.2, isNumber: true },
        { title: t("results.export.money"), share: 0.4, isNumber: true },
      ],
      results.countries
        .slice(0, partsDrawn)
        .map((one) => [one.country ?? t("results.report.not_known"), number(one.conversions), money(one.money)]),
    );
  }
}

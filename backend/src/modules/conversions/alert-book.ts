/** A workspace's routes, compiled, and its templates: read once and kept until one of them changes. */
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import {
  type AlertRouteRow,
  listOwnAlertRoutes,
  listOwnTemplates,
  readAlertVersion,
  type TemplateWithTexts,
} from "./alert-queries.ts";
import type { Condition, Pace, QuietHours, Route, RouteTarget } from "./domain/conditions.ts";
import { compileRoutes, type Router } from "./domain/routing.ts";
import { type TemplateButton, templateButtons } from "./domain/template.ts";

export interface TemplateSet {
  buttons: readonly TemplateButton[];
  /** By "<status> <locale>". */
  texts: ReadonlyMap<string, string>;
}

export interface AlertBook {
  routes: readonly Route[];
  router: Router;
  /** The set of a target; a set that is gone is the default one. */
  templateOf(templateId: string | null): TemplateSet;
  /** The workspace's. */
  timeZone: string;
}

/** What stands under an alert when nobody has chosen otherwise. */
export const defaultButtons: readonly TemplateButton[] = ["open", "campaign", "mute"];

export const routeOf = (row: AlertRouteRow): Route => ({
  id: row.id,
  name: row.name,
  isOn: row.isOn,
  isFallback: row.isFallback,
  stops: row.stops,
  conditions: row.conditions as Condition[],
  targets: row.targets as RouteTarget[],
  pace: row.pace as unknown as Pace,
  quiet: row.quiet as unknown as QuietHours | null,
});

const isButton = (name: string): name is TemplateButton => (templateButtons as readonly string[]).includes(name);

export const templateSetOf = ({ template, texts }: TemplateWithTexts): TemplateSet => ({
  buttons: template.buttons.filter(isButton),
  texts: new Map(texts.map(({ status, locale, body }) => [`${status} ${locale}`, body])),
});

const builtInSet: TemplateSet = { buttons: defaultButtons, texts: new Map() };

/** The text of a set for a status in a language: its own, else the one for any status; undefined = the built-in one. */
export const textOf = (set: TemplateSet, status: string, locale: Locale): string | undefined =>
  set.texts.get(`${status} ${locale}`) ?? set.texts.get(`any ${locale}`);

interface Kept {
  version: string;
  book: AlertBook;
  /** The zone is not part of the version: it changes once in a blue moon, and is read anew this often. */
  until: number;
}

const kept = new Map<string, Kept>();
const keepAtMost = 200;
const keepMs = 30_000;

/** The book as the database has it: one short question a call, everything anew only after a change. */
export async function readAlertBook(db: Db, workspaceId: string): Promise<AlertBook> {
  const version = await readAlertVersion(db, workspaceId);
  const known = kept.get(workspaceId);
  if (known && known.version === version && known.until > performance.now()) return known.book;
  const routes = (await listOwnAlertRoutes(db, workspaceId)).map(routeOf);
  const templates = await listOwnTemplates(db, workspaceId);
  const book = makeBook(routes, templates, await timeZoneOfWorkspace(db, workspaceId));
  if (kept.size >= keepAtMost) kept.clear();
  kept.set(workspaceId, { version, book, until: performance.now() + keepMs });
  return book;
}

function makeBook(routes: readonly Route[], templates: readonly TemplateWithTexts[], timeZone: string): AlertBook {
  const sets = new Map(templates.map((one) => [one.template.id, templateSetOf(one)]));
  const ownDefault = templates.find(({ template }) => template.isDefault);
  const fallback = ownDefault ? templateSetOf(ownDefault) : builtInSet;
  return {
    routes,
    router: compileRoutes(routes),
    templateOf: (templateId) => (templateId === null ? undefined : sets.get(templateId)) ?? fallback,
    timeZone,
  };
}

/** The same book with other routes: what a form is tried with before it is saved. */
export const bookWith = (book: AlertBook, routes: readonly Route[]): AlertBook => ({
  ...book,
  routes,
  router: compileRoutes(routes),
});

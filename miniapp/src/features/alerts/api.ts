/** What the screens of routes, templates and the lab ask the server, and what they change. */
import type {
  AlertRoute,
  AlertTemplate,
  ChangeRoute,
  DryRun,
  DryRunInput,
  FieldValuesQuery,
  LabInput,
  LabReport,
  LabSendInput,
  PreviewBody,
  RouteDraftBody,
  RouteHistory,
  TemplatePreview,
  TemplateTextBody,
  Told,
} from "@backend/modules/conversions/alert-contracts.ts";
import type { Condition, RouteDraft, RouteTarget, TextField } from "@backend/modules/conversions/domain/conditions.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type {
  AlertRoute,
  AlertTemplate,
  Condition,
  DryRun,
  LabInput,
  LabReport,
  RouteDraft,
  RouteTarget,
  TextField,
  Told,
};
export type Preview = TemplatePreview;
export type HistoryEntry = (typeof RouteHistory.static)["items"][number];
export type TextOfTemplate = typeof TemplateTextBody.static;
export type TemplateStatusName = TextOfTemplate["status"];

// ── Routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** All of them, in their order: a workspace has at most 500, and their order is what they mean. */
export const routesQuery = queryOptions({
  queryKey: ["alert-routes", "list"],
  queryFn: async (): Promise<AlertRoute[]> => (await unwrap(api["alert-routes"].get())).items,
});
export const routeQuery = (alertRouteId: string) =>
  queryOptions({
    queryKey: ["alert-routes", "one", alertRouteId],
    queryFn: (): Promise<AlertRoute> => unwrap(api["alert-routes"]({ alertRouteId }).get()),
  });
export const createRoute = (draft: RouteDraftBody): Promise<AlertRoute> => unwrap(api["alert-routes"].post(draft));
export const changeRoute = ({ id, change }: { id: string; change: ChangeRoute }): Promise<AlertRoute> =>
  unwrap(api["alert-routes"]({ alertRouteId: id }).patch(change));
export const deleteRoute = (id: string) => unwrap(api["alert-routes"]({ alertRouteId: id }).delete());
export const duplicateRoute = (id: string): Promise<AlertRoute> =>
  unwrap(api["alert-routes"]({ alertRouteId: id }).duplicate.post());
export const orderRoutes = async (ids: string[]): Promise<AlertRoute[]> =>
  (await unwrap(api["alert-routes"].order.put({ ids }))).items;

/** Makes a deleted route anew, at its old place: undoing has no other way. */
export async function restoreRoute(route: AlertRoute, order: readonly string[]): Promise<void> {
  const fresh = await createRoute(draftOf(route));
  await orderRoutes(order.map((id) => (id === route.id ? fresh.id : id)));
}

/** The part of a route that a person edits. */
export const draftOf = (route: RouteDraft): RouteDraftBody => ({
  name: route.name,
  isOn: route.isOn,
  isFallback: route.isFallback,
  stops: route.stops,
  conditions: route.conditions,
  targets: route.targets,
  pace: route.pace,
  quiet: route.quiet,
});

export const valuesQuery = (query: typeof FieldValuesQuery.static) =>
  queryOptions({
    queryKey: ["alert-routes", "values", query],
    queryFn: async () => (await unwrap(api["alert-routes"].values.get({ query }))).items,
  });

/** Keyed below "conversions" too late to matter: a dry run is asked anew whenever the form changes. */
export const dryRunQuery = (body: DryRunInput) =>
  queryOptions({
    queryKey: ["alert-routes", "dry-run", body],
    queryFn: (): Promise<DryRun> => unwrap(api["alert-routes"]["dry-run"].post(body)),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
  });

export const historyQuery = (alertRouteId: string) =>
  infiniteQueryOptions({
    queryKey: ["alert-routes", "history", alertRouteId],
    queryFn: ({ pageParam }) =>
      unwrap(
        api["alert-routes"]({ alertRouteId }).history.get({
          query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });

// ── Templates ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const templatesQuery = queryOptions({
  queryKey: ["alert-templates", "list"],
  queryFn: () => unwrap(api["alert-templates"].get()),
});
export const createTemplate = (name: string): Promise<AlertTemplate> => unwrap(api["alert-templates"].post({ name }));
export interface TemplateChange {
  name?: string;
  buttons?: AlertTemplate["buttons"];
}
export const changeTemplate = ({ id, change }: { id: string; change: TemplateChange }): Promise<AlertTemplate> =>
  unwrap(api["alert-templates"]({ templateId: id }).patch(change));
export const deleteTemplate = (id: string) => unwrap(api["alert-templates"]({ templateId: id }).delete());
export const setText = ({ id, text }: { id: string; text: TextOfTemplate }): Promise<AlertTemplate> =>
  unwrap(api["alert-templates"]({ templateId: id }).text.put(text));

/** Makes a deleted set of texts anew. */
export async function restoreTemplate(template: AlertTemplate): Promise<void> {
  const { id } = await createTemplate(template.name);
  await changeTemplate({ id, change: { buttons: template.buttons } });
  for (const text of template.texts) await setText({ id, text });
}

export const previewQuery = (body: typeof PreviewBody.static) =>
  queryOptions({
    queryKey: ["alert-templates", "preview", body],
    queryFn: (): Promise<TemplatePreview> => unwrap(api["alert-templates"].preview.post(body)),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });

// ── The lab ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const labQuery = (body: LabInput) =>
  queryOptions({
    queryKey: ["lab", body],
    queryFn: (): Promise<LabReport> => unwrap(api.conversions.lab.post(body)),
    gcTime: 60_000,
  });
export const sendFromLab = (body: LabSendInput) => unwrap(api.conversions.lab.send.post(body));

/** One route: when, who, how; tried on real conversions while it is being changed. */
import type { RouteDraft } from "@backend/modules/conversions/domain/conditions.ts";
import { href } from "@miniapp/app/paths.ts";
import { LoadedWith } from "@miniapp/shared/code.tsx";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo, useGoUp } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  CopyIcon,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  Switch,
  TrashIcon,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useMemo, useState } from "react";
import { useParams, useSearchParams } from "wouter";
import { useCan } from "../identity/me.ts";
import {
  type AlertRoute,
  changeRoute,
  createRoute,
  deleteRoute,
  draftOf,
  duplicateRoute,
  restoreRoute,
  routeQuery,
  routesQuery,
} from "./api.ts";
import { targetKey, useRouteWords } from "./condition-words.ts";
import { ConditionsPart } from "./conditions-part.tsx";
import { isTriable, problemOf, type RouteProblemShown, refusalOf } from "./route-problems.ts";
import { starterNamed } from "./starters.ts";
import { TargetsPart } from "./targets-part.tsx";
import { useChange } from "./use-change.ts";
import { useDryRun, useDryRunLine } from "./use-dry-run.ts";

/** What a dry run calls a route that is not there yet. */
const draftId = "draft";
const loadDryRun = () => import("./dry-run.tsx");
const loadHistory = () => import("./history.tsx");
const loadPace = () => import("./pace-part.tsx");

export default function RouteScreen(): JSX.Element {
  const { alertRouteId } = useParams<{ alertRouteId?: string }>();
  const [params] = useSearchParams();
  const starter = params.get("starter");
  if (alertRouteId) return <StoredRoute alertRouteId={alertRouteId} />;
  const initial = { ...starterNamed(starter), names: {} };
  return <RouteForm key={starter} name={`route ${starter ?? ""}`} route={null} initial={initial} />;
}

function StoredRoute({ alertRouteId }: { alertRouteId: string }): JSX.Element {
  const { data: route } = useSuspenseQuery(routeQuery(alertRouteId));
  const names: Record<string, string> = {};
  for (const [index, target] of route.targets.entries()) {
    const state = route.targetStates[index];
    if (state?.name) names[targetKey(target)] = state.topic ? `${state.name} · ${state.topic}` : state.name;
  }
  return <RouteForm key={alertRouteId} name="route" route={route} initial={{ ...draftOf(route), names }} />;
}

interface Form extends RouteDraft {
  /** What targets are called, by `targetKey`: the draft itself holds only ids. */
  names: Readonly<Record<string, string>>;
}

interface RouteFormProps {
  /** Of the draft: what was begun from one starter must not show in another. */
  name: string;
  route: AlertRoute | null;
  initial: Form;
}

function RouteForm({ name, route, initial }: RouteFormProps): JSX.Element {
  const t = useT();
  const can = useCan();
  const words = useRouteWords();
  const isOffline = useIsOffline();
  const queries = useQueryClient();
  const goUp = useGoUp(href("routes"));
  const form = useDraft<Form>(name, initial);
  const change = useChange("alert-routes");
  const [refusal, setRefusal] = useState<RouteProblemShown | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const mayManage = can("connections.manage");
  useClosingConfirmation(form.isDirty);

  const { value } = form;
  const sentence = words.conditions(value.conditions).slice(0, 80);
  const draft = useMemo(() => ({ ...draftOf(value), name: value.name.trim() || sentence }), [value, sentence]);
  const problem = problemOf(draft, t);
  const edit = (part: Partial<Form>) => {
    setRefusal(null);
    form.change(part);
  };

  const settled = useSettled(useStable({ draft, chosen }));
  const run = useDryRun(
    isTriable(settled.draft) && can("conversions.read")
      ? {
          draft: settled.draft,
          ...(route ? { alertRouteId: route.id } : {}),
          ...(settled.chosen.length > 0 ? { conversionIds: settled.chosen } : {}),
        }
      : null,
  );
  // A regular expression is checked by the server alone, which the dry run asks while one types.
  const shown = problem ?? refusal ?? refusalOf(run.error, t);
  const line = useDryRunLine(run, settled.chosen.length > 0);

  const save = () =>
    change.run(() => (route ? changeRoute({ id: route.id, change: draft }) : createRoute(draft)), {
      said: t("app.saved"),
      undo: route
        ? () => changeRoute({ id: route.id, change: draftOf(route) })
        : (made) => deleteRoute((made as AlertRoute).id),
      onDone: (saved) => {
        form.clear();
        queries.setQueryData(routeQuery(saved.id).queryKey, saved);
        goUp();
      },
      onError: (error) => {
        const told = refusalOf(error, t);
        setRefusal(told);
        return told !== null;
      },
    });
  const isNew = route === null;
  return (
    <Screen
      title={isNew ? t("app.route.new") : route.name}
      back={href("routes")}
      subtitle={line}
      main={
        mayManage && (form.isDirty || isNew)
          ? {
              text: t(isNew ? "app.route.create" : "app.action.save"),
              onClick: save,
              isBusy: change.isBusy,
              isDisabled: problem !== null || isOffline,
            }
          : undefined
      }
    >
      <ConditionsPart
        conditions={value.conditions}
        error={shown?.field === "conditions" ? { at: shown.index, text: shown.text } : undefined}
        mayManage={mayManage}
        onChange={(conditions) => edit({ conditions })}
      />
      <TargetsPart
        targets={value.targets}
        names={value.names}
        unreachable={unreachableOf(route)}
        error={shown?.field === "targets" ? shown.text : undefined}
        mayManage={mayManage}
        onChange={(targets, names) => edit({ targets, names })}
      />
      <Loading skeleton={<Skeleton rows={3} />} isCompact>
        <LoadedWith
          name="route-pace"
          load={loadPace}
          props={{ value, error: shown?.field === "quiet" ? shown : undefined, mayManage, onChange: edit }}
        />
      </Loading>
      <Section header={t("app.route.place")}>
        <Switch
          label={t("app.route.is_fallback")}
          hint={t("app.route.fallback_hint")}
          isOn={value.isFallback}
          isDisabled={!mayManage}
          onChange={(isFallback) => edit({ isFallback })}
        />
        <Switch
          label={t("app.route.does_stop")}
          hint={t("app.route.stops_hint")}
          isOn={value.stops}
          isDisabled={!mayManage}
          onChange={(stops) => edit({ stops })}
        />
        <Switch
          label={t("app.route.is_on")}
          isOn={value.isOn}
          isDisabled={!mayManage}
          onChange={(isOn) => edit({ isOn })}
        />
      </Section>
      {mayManage && (
        <Section>
          <Field
            label={t("app.route.name")}
            hint={t("app.route.name_hint")}
            value={value.name}
            placeholder={sentence}
            maxLength={80}
            error={shown?.field === "name" ? shown.text : undefined}
            onChange={(name) => edit({ name })}
          />
        </Section>
      )}
      {can("conversions.read") && (
        <Loading skeleton={<Skeleton rows={3} height={66} />} isCompact>
          <LoadedWith
            name="dry-run"
            load={loadDryRun}
            props={{
              run,
              line,
              reason: isTriable(draft) ? undefined : t("app.dry.unfinished"),
              ownId: route?.id ?? draftId,
              chosen,
              onChoose: setChosen,
            }}
          />
        </Loading>
      )}
      {route && (
        <Loading skeleton={<Skeleton rows={2} height={66} />} isCompact>
          <LoadedWith name="route-history" load={loadHistory} props={{ route }} />
        </Loading>
      )}
      {route && mayManage && <Ending route={route} onGone={form.clear} />}
    </Screen>
  );
}

function Ending({ route, onGone }: { route: AlertRoute; onGone(): void }): JSX.Element {
  const t = useT();
  const go = useGo();
  const queries = useQueryClient();
  const goUp = useGoUp(href("routes"));
  const change = useChange("alert-routes");
  const remove = async () => {
    const order = (await queries.ensureQueryData(routesQuery)).map(({ id }) => id);
    // Left first: nothing of this screen may be asked for once it is gone.
    onGone();
    goUp();
    change.run(() => deleteRoute(route.id), {
      said: t("app.route.deleted", { name: route.name }),
      undo: () => restoreRoute(route, order),
      onDone: () => queries.removeQueries({ queryKey: routeQuery(route.id).queryKey }),
    });
  };
  return (
    <Section>
      <Row
        before={<CopyIcon />}
        tone="accent"
        title={t("app.route.duplicate")}
        isDisabled={change.isBusy}
        onClick={() =>
          change.run(() => duplicateRoute(route.id), {
            said: t("app.route.duplicated"),
            undo: (copy) => deleteRoute((copy as AlertRoute).id),
            onDone: (copy) => go(href("route", { alertRouteId: copy.id }), { replace: true }),
          })
        }
      />
      <Row
        before={<TrashIcon />}
        tone="danger"
        title={t("app.route.delete")}
        isDisabled={change.isBusy}
        onClick={() => void remove()}
      />
    </Section>
  );
}

const unreachableOf = (route: AlertRoute | null): ReadonlySet<string> =>
  new Set((route?.targets ?? []).filter((_, index) => route?.targetStates[index]?.isWritable === false).map(targetKey));

/** The same object as long as it says the same. */
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}

/** Routes as sentences, in the order in which they are asked; switched and moved in place, each with a way back. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Row, Section, Toggle } from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import styles from "./alerts.module.css";
import { type AlertRoute, changeRoute, orderRoutes, routesQuery } from "./api.ts";
import { useRouteWords } from "./condition-words.ts";
import { useChange } from "./use-change.ts";
import { useOrdering } from "./use-ordering.ts";

export interface RouteListProps {
  routes: AlertRoute[];
  all: AlertRoute[];
  mayManage: boolean;
  /** Some of all: their order among the others cannot be changed here. */
  isPart: boolean;
}

export function RouteList({ routes, all, mayManage, isPart }: RouteListProps): JSX.Element {
  const t = useT();
  const queries = useQueryClient();
  const change = useChange("alert-routes");
  const key = routesQuery.queryKey;
  const reorder = useOrdering({
    queryKey: key,
    items: all,
    save: orderRoutes,
    change,
    said: t("app.routes.reordered"),
  });

  const switchTo = (route: AlertRoute, isOn: boolean) => {
    queries.setQueryData(key, (known) => known?.map((one) => (one.id === route.id ? { ...one, isOn } : one)));
    change.run(() => changeRoute({ id: route.id, change: { isOn } }), {
      said: t(isOn ? "app.routes.switched_on" : "app.routes.switched_off", { name: route.name }),
      undo: () => changeRoute({ id: route.id, change: { isOn: !isOn } }),
    });
  };

  const canMove = mayManage && !isPart && routes.length > 1;
  const render = (route: AlertRoute) => (
    <div className={`${styles.route} ${route.isOn ? "" : styles.off} ${canMove ? "" : styles.fixed}`}>
      <RouteRow route={route} mayManage={mayManage} />
      {mayManage && (
        <Toggle
          label={t("app.routes.is_on", { name: route.name })}
          isOn={route.isOn}
          onChange={(isOn) => switchTo(route, isOn)}
        />
      )}
    </div>
  );
  return (
    <Section footer={t("app.routes.explain")}>
      {canMove ? (
        <ReorderList
          label={t("app.traffic.routes")}
          items={routes}
          keyOf={(route) => route.id}
          nameOf={(route) => route.name}
          onChange={reorder}
          render={render}
        />
      ) : (
        routes.map((route) => <div key={route.id}>{render(route)}</div>)
      )}
    </Section>
  );
}

function RouteRow({ route, mayManage }: { route: AlertRoute; mayManage: boolean }): JSX.Element {
  const t = useT();
  const words = useRouteWords();
  const conditions = words.conditions(route.conditions);
  const targets = route.targetStates
    .map(({ name, topic }) => (name === null ? t("app.target.gone") : topic ? `${name} · ${topic}` : name))
    .join(", ");
  const unreachable = route.targetStates.some(({ isWritable }) => !isWritable);
  const badges = [
    ...(route.isFallback ? [{ text: t("app.routes.fallback") }] : []),
    ...words.pace(route).map((text) => ({ text })),
    ...(route.stops ? [{ text: t("app.routes.stops") }] : []),
    ...(unreachable ? [{ text: t("app.target.unreachable"), tone: "bad" as const }] : []),
  ];
  const sentence =
    route.name === conditions ? t("app.routes.to", { targets }) : t("app.routes.sentence", { conditions, targets });
  return (
    <Row
      to={href("route", { alertRouteId: route.id })}
      title={route.name}
      hasNoChevron={mayManage}
      isWrapped
      subtitle={
        <>
          {sentence}
          {badges.length > 0 && (
            <span className={styles.badges}>
              {badges.map(({ text, ...tone }) => (
                <Badge key={text} {...tone}>
                  {text}
                </Badge>
              ))}
            </span>
          )}
        </>
      }
    />
  );
}

/** Who is told of what: the workspace's routes in their order, and the ways to their words and to the lab. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  ChatIcon,
  Chips,
  FlaskIcon,
  IconButton,
  Loading,
  PlugIcon,
  PlusIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import { TrafficViews } from "../conversions/traffic-views.tsx";
import { useFilter } from "../conversions/use-filter.ts";
import { useCan } from "../identity/me.ts";
import { routesQuery } from "./api.ts";
import { concerns } from "./concerns.ts";
import { RouteList } from "./route-list.tsx";
import { starters } from "./starters.ts";

export default function RoutesScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const mayManage = can("connections.manage");
  return (
    <Screen
      title={t("app.tabs.traffic")}
      action={
        mayManage && <IconButton icon={<PlusIcon />} label={t("app.routes.add")} onClick={() => go(href("newRoute"))} />
      }
    >
      <TrafficViews current="routes" />
      <Section>
        <Row
          before={<ChatIcon />}
          title={t("app.templates.title")}
          subtitle={t("app.templates.hint")}
          isWrapped
          to={href("templates")}
        />
        {can("conversions.read") && (
          <Row
            before={<FlaskIcon />}
            title={t("app.lab.title")}
            subtitle={t("app.lab.row")}
            isWrapped
            to={href("lab")}
          />
        )}
      </Section>
      <Loading skeleton={<Skeleton rows={4} height={86} />}>
        <Routes mayManage={mayManage} />
      </Loading>
    </Screen>
  );
}

function Routes({ mayManage }: { mayManage: boolean }): JSX.Element {
  const t = useT();
  const { data: routes } = useSuspenseQuery(routesQuery);
  const { data: connections } = useSuspenseQuery(connectionsQuery);
  const [{ connectionId }, change] = useFilter(["connectionId"]);
  const connection = connections.find(({ id }) => id === connectionId);
  if (routes.length === 0) return <Starters mayManage={mayManage} />;
  const shown = connection ? routes.filter((route) => concerns(route, connection)) : routes;
  return (
    <>
      {connection && (
        <Chips
          label={t("app.conversions.choose_connection")}
          choices={[]}
          value={undefined}
          onChange={() => undefined}
          first={
            <Chips.Item isOn onClick={() => change({ connectionId: undefined })} icon={<PlugIcon size={18} />}>
              {connection.name}
            </Chips.Item>
          }
        />
      )}
      {shown.length === 0 && (
        <Section>
          <Row title={t("app.routes.none_concern")} />
        </Section>
      )}
      <RouteList routes={shown} all={routes} mayManage={mayManage} isPart={connection !== undefined} />
    </>
  );
}

/** Nothing yet: why one would want a route, and three that most teams begin with. */
function Starters({ mayManage }: { mayManage: boolean }): JSX.Element {
  const t = useT();
  if (!mayManage)
    return (
      <Section footer={t("app.routes.explain")}>
        <Row title={t("app.routes.empty")} />
      </Section>
    );
  return (
    <Section header={t("app.routes.empty")} footer={t("app.routes.empty_text")}>
      {starters.map(({ name, icon: Icon }) => (
        <Row
          key={name}
          before={<Icon />}
          title={t(`app.routes.starter.${name}`)}
          subtitle={t(`app.routes.starter.${name}_text`)}
          isWrapped
          to={`${href("newRoute")}?starter=${name}`}
        />
      ))}
      <Row before={<PlusIcon />} tone="accent" title={t("app.routes.blank")} to={href("newRoute")} />
    </Section>
  );
}

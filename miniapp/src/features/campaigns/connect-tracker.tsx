/** Where there is no tracker with a key: why, and the one step that mends it. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Empty, PlugIcon, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import { useCan } from "../identity/me.ts";

/** The kind of tracker whose campaigns can be read. */
const readable = "keitaro";

export function ConnectTracker(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const mayLook = can("connections.read");
  const { data: connections = [], isPending } = useQuery({ ...connectionsQuery, enabled: mayLook });
  if (mayLook && isPending) return <Skeleton rows={3} />;
  const mine = connections.filter(({ kind, mayManage }) => kind === readable && mayManage);
  const [first] = mine;
  const icon = <PlugIcon size={30} />;
  const title = t("app.campaigns.connect");
  if (first)
    return (
      <Empty
        icon={icon}
        title={title}
        text={t("app.campaigns.key_text")}
        action={{
          text: t("app.campaigns.key_action"),
          onClick: () =>
            go(mine.length === 1 ? href("truthSettings", { connectionId: first.id }) : href("connections")),
        }}
      />
    );
  if (can("connections.own"))
    return (
      <Empty
        icon={icon}
        title={title}
        text={t("app.campaigns.connect_text")}
        action={{ text: t("app.campaigns.connect_action"), onClick: () => go(href("newConnection")) }}
      />
    );
  return <Empty icon={icon} title={title} text={t("app.campaigns.connect_ask")} />;
}

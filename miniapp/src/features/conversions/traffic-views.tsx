import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkTabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";

type View = "conversions" | "campaigns" | "statistics" | "routes" | "connections" | "inbox";

/** What a role may look at, in the order of the tabs. */
export function viewsFor(permissions: readonly string[]): View[] {
  const all = {
    conversions: "conversions.read",
    campaigns: "campaigns.read",
    statistics: "reports.read",
    // Routes are part of how traffic comes in and goes out: who sees connections sees them.
    routes: "connections.read",
    connections: "connections.read",
    inbox: "inbox.read",
  };
  return (Object.keys(all) as View[]).filter((view) => permissions.includes(all[view]));
}

/** The views at the top of the tab; a role sees those it may. */
export function TrafficViews({ current }: { current: View }): JSX.Element | null {
  const t = useT();
  const { permissions } = useMe();
  const links = viewsFor(permissions).map((view) => ({ to: href(view), label: t(`app.traffic.${view}`) }));
  return links.length < 2 ? null : <LinkTabs label={t("app.traffic.views")} links={links} current={href(current)} />;
}

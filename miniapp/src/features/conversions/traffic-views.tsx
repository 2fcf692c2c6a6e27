import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkTabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";

type View = "conversions" | "routes" | "connections" | "inbox";

/** What a role may look at, in the order of the tabs. */
export function viewsFor(permissions: readonly string[]): View[] {
  const all = ["conversions", "routes", "connections", "inbox"] as const;
  // Routes are part of how traffic comes in and goes out: who sees connections sees them.
  return all.filter((view) => permissions.includes(`${view === "routes" ? "connections" : view}.read`));
}

/** The views at the top of the tab; a role sees those it may. */
export function TrafficViews({ current }: { current: View }): JSX.Element | null {
  const t = useT();
  const { permissions } = useMe();
  const links = viewsFor(permissions).map((view) => ({ to: href(view), label: t(`app.traffic.${view}`) }));
  return links.length < 2 ? null : <LinkTabs label={t("app.traffic.views")} links={links} current={href(current)} />;
}

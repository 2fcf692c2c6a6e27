import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkTabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";

type View = "broadcasts" | "sequences" | "audience" | "segments";

/** What a role may look at, in the order of the tabs. */
export function viewsFor(permissions: readonly string[]): View[] {
  const all = {
    broadcasts: "broadcasts.read",
    sequences: "broadcasts.read",
    audience: "audience.read",
    segments: "audience.read",
  };
  return (Object.keys(all) as View[]).filter((view) => permissions.includes(all[view]));
}

/** The views at the top of the tab; a role sees those it may. */
export function AudienceViews({ current }: { current: View }): JSX.Element | null {
  const t = useT();
  const { permissions } = useMe();
  const links = viewsFor(permissions).map((view) => ({ to: href(view), label: t(`app.views.${view}`) }));
  return links.length < 2 ? null : <LinkTabs label={t("app.views.label")} links={links} current={href(current)} />;
}

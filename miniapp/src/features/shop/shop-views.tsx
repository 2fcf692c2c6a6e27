import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkTabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";

type View = "shop" | "mine" | "shopHelp";
const views = ["shop", "mine", "shopHelp"] as const satisfies readonly View[];

/** What a customer may look at: what is sold, what he has, and who helps. */
export function ShopViews({ current }: { current: View }): JSX.Element {
  const t = useT();
  const links = views.map((view) => ({ to: href(view), label: t(`app.shop.view.${view}`) }));
  return <LinkTabs label={t("app.shop.views")} links={links} current={href(current)} />;
}

/** For customers the shop is their first screen; a member came from his profile, and so did whoever looks into a closed shop. */
export function useWayOut(): { back?: string } {
  const { member, isShopOpen } = useMe();
  if (member) return { back: href("profile") };
  return isShopOpen ? {} : { back: href("today") };
}

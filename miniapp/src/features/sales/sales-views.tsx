import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkTabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";
import { type SalesView, salesViewsFor } from "./views.ts";

const words: Readonly<Record<SalesView, "orders" | "products" | "payments" | "tasks" | "numbers">> = {
  orders: "orders",
  products: "products",
  payments: "payments",
  tasks: "tasks",
  salesNumbers: "numbers",
};

/** The views at the top of the tab, on the roots of every room that sells; a role sees those it may. Needs the words of "sales". */
export function SalesViews({ current }: { current: SalesView }): JSX.Element | null {
  const t = useT();
  const { permissions } = useMe();
  const links = salesViewsFor(permissions).map((view) => ({
    to: href(view),
    label: t(`app.sales.view.${words[view]}`),
  }));
  return links.length < 2 ? null : <LinkTabs label={t("app.sales.views")} links={links} current={href(current)} />;
}

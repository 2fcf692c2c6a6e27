/** Sales: orders, what is sold and for how much, and the figures. Payments and posts under the same tab are sections of their own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { type LoadCode, Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useMe } from "../identity/me.ts";
import { OrdersScreen } from "./orders.screen.tsx";
import { salesViewsFor } from "./views.ts";

const page = (name: string, load: LoadCode) => () => <Loaded name={name} load={load} />;
const ofSelling = (load: LoadCode) => withWords("selling", load);

const Order = page("order", () => import("./order.screen.tsx"));
const Numbers = page(
  "sales-numbers",
  withWords("posts", () => import("./numbers.screen.tsx")),
);
const Products = page(
  "products",
  ofSelling(() => import("./products.screen.tsx")),
);
const Product = page(
  "product",
  withWords(["selling", "letters", "access"], () => import("./product.screen.tsx")),
);
const Categories = page(
  "shop-categories",
  ofSelling(() => import("./shop-categories.screen.tsx")),
);
const PromoCodes = page(
  "promo-codes",
  ofSelling(() => import("./promo-codes.screen.tsx")),
);
const PromoCode = page(
  "promo-code",
  ofSelling(() => import("./promo-code.screen.tsx")),
);
const Settings = page(
  "shop-settings",
  withWords(["selling", "traffic"], () => import("./shop-settings.screen.tsx")),
);
const Faq = page(
  "shop-faq",
  ofSelling(() => import("./faq.screen.tsx")),
);

export default function SalesSection(): JSX.Element {
  const { permissions } = useMe();
  const [first] = salesViewsFor(permissions);
  // People outside the team, and roles that see none of it: a link may still have led them here.
  if (first === undefined) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.orders}>{first === "orders" ? <OrdersScreen /> : <Redirect to={href(first)} replace />}</Route>
      <Route path={paths.order}>{inner(Order, href("orders"))}</Route>
      <Route path={paths.salesNumbers}>{inner(Numbers)}</Route>
      <Route path={paths.products}>{inner(Products)}</Route>
      <Route path={paths.shopCategories}>{inner(Categories, href("products"))}</Route>
      <Route path={paths.newProduct}>{inner(Product, href("products"))}</Route>
      <Route path={paths.product}>{inner(Product, href("products"))}</Route>
      <Route path={paths.promoCodes}>{inner(PromoCodes, href("products"))}</Route>
      <Route path={paths.newPromoCode}>{inner(PromoCode, href("promoCodes"))}</Route>
      <Route path={paths.promoCode}>{inner(PromoCode, href("promoCodes"))}</Route>
      <Route path={paths.salesSettings}>{inner(Settings, href("products"))}</Route>
      <Route path={paths.faqEntries}>{inner(Faq, href("salesSettings"))}</Route>
      <Route>
        <Redirect to={href(first)} replace />
      </Route>
    </Switch>
  );
}

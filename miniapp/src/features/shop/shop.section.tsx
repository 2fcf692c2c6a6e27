/** The shop, for whoever buys: everybody who opened the app through a bot, members included. Inner screens are chunks of their own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Route, Switch } from "wouter";
import { ShopScreen } from "./shop.screen.tsx";

const Product = () => <Loaded name="shop-product" load={() => import("./shop-product.screen.tsx")} />;
const loadMine = withWords("access", () => import("./mine.screen.tsx"));
const Mine = () => <Loaded name="mine" load={loadMine} />;
const loadMyOrder = withWords("access", () => import("./my-order.screen.tsx"));
const MyOrder = () => <Loaded name="my-order" load={loadMyOrder} />;
const Help = () => <Loaded name="shop-help" load={() => import("./shop-help.screen.tsx")} />;

export default function ShopSection(): JSX.Element {
  return (
    <Switch>
      {[paths.today, paths.shop].map((path) => (
        <Route key={path} path={path}>
          <ShopScreen />
        </Route>
      ))}
      <Route path={paths.mine}>{inner(Mine)}</Route>
      <Route path={paths.myOrder}>{inner(MyOrder, href("mine"))}</Route>
      <Route path={paths.shopHelp}>{inner(Help)}</Route>
      <Route path={paths.shopProduct}>{inner(Product, href("shop"))}</Route>
    </Switch>
  );
}

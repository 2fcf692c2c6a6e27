import type { Permission } from "../identity/me.ts";

export type SalesView = "orders" | "products" | "payments" | "tasks" | "salesNumbers";

const rightOf: Readonly<Record<SalesView, Permission>> = {
  orders: "orders.read",
  products: "shop.read",
  payments: "payments.read",
  tasks: "tasks.read",
  salesNumbers: "orders.read",
};

/** What a role may look at under Sales, in the order of the views; without any there is no tab. */
export const salesViewsFor = (permissions: readonly Permission[]): SalesView[] =>
  (Object.keys(rightOf) as SalesView[]).filter((view) => permissions.includes(rightOf[view]));

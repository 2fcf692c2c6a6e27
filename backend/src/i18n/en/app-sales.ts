/** Words of what is sold and who ordered it, as the team sees it. */
export const appSales = {
  "app.sales.title": "Sales",
} as const;

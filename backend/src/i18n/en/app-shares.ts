/** The editor of a flow's shares. */
export const appShares = {
  "app.shares.title": "Shares",
} as const;

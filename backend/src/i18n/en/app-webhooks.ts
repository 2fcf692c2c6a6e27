/** Words of outgoing webhooks. */
export const appWebhooks = {
  "app.webhooks.title": "Webhooks",
};

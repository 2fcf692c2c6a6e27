/** Words about outgoing webhooks and repeated calls. */
export const webhooks = {
  "webhooks.endpoint_not_found": "There is no such endpoint.",
};

/** Words about outgoing webhooks. */
export const webhooks = {
  "webhooks.endpoint_not_found": "There is no such endpoint.",
  "webhooks.call_not_found": "There is no such call.",
  "webhooks.name_invalid": "Give the endpoint a name.",
  "webhooks.address_invalid": "Enter an https address, without a user name or a part after #.",
  "webhooks.too_many_endpoints": "A workspace has at most {limit} endpoints.",
  "webhooks.endpoint_is_off": "The endpoint is switched off. Switch it on first.",
  "webhooks.problem.address_refused": "The address may not be called: it is unknown or leads into a private network.",
  "webhooks.problem.unreachable": "No connection to the address.",
  "webhooks.problem.certificate": "The address has no valid certificate.",
  "webhooks.problem.timed_out": "No answer within ten seconds.",
  "webhooks.problem.too_large": "The answer was too large.",
} as const;

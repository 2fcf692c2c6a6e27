/** What the server says of posts and workers. */
export const fulfilment = {
  "fulfilment.task_not_found": "There is no such post.",
} as const;

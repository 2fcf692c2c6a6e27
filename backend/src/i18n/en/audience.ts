/** Words about subscribers, segments, imports and what people refuse. */
export const audience = {
  "audience.subscriber_not_found": "There is no such subscriber.",
};

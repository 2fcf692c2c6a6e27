/** Words about broadcasts, sequences and their results. */
export const broadcasts = {
  "broadcasts.broadcast_not_found": "There is no such broadcast.",
};

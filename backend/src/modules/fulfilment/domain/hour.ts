/** The limit of posts within an hour (S-228): counted over the last sixty minutes, not by the clock's hour. */

export const hourMs = 3_600_000;

/**
 * When the next post may be added; null = now. `addedAt` are moments of the last hour, in any order.
 */
export function nextSlot(addedAt: readonly Date[], limit: number, now: Date): Date | null {
  const recent = addedAt
    .map((at) => at.getTime())
    .filter((at) => at > now.getTime() - hourMs)
    .sort((a, b) => a - b);
  if (limit <= 0) return new Date(now.getTime() + hourMs);
  const frees = recent[recent.length - limit];
  return frees === undefined ? null : new Date(frees + hourMs);
}

/** A part of a whole, from 0 to 1; null where there is nothing to take a part of. */
export const shareOf = (part: number, whole: number): number | null =>
  whole > 0 ? Math.min(1, Math.max(0, part / whole)) : null;

/** A tracker's server also serves clicks, so a failing one is asked ever more seldom. */

const firstPauseMinutes = 5;
const longestPauseMinutes = 360;

/** Minutes to the next reading, after so many failures in a row. */
export const minutesAfter = (failures: number): number =>
  Math.min(firstPauseMinutes * 2 ** Math.min(failures - 1, 9), longestPauseMinutes);

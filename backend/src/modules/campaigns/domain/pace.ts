/** How often a tracker is read. Its server also serves clicks, so a failing one is asked ever more seldom. */

const firstPauseMinutes = 5;
const longestPauseMinutes = 360;

/** Minutes to the next reading, after so many failures in a row. */
export const minutesToNext = (everyMinutes: number, failures: number): number =>
  failures === 0 ? everyMinutes : Math.min(firstPauseMinutes * 2 ** Math.min(failures - 1, 9), longestPauseMinutes);

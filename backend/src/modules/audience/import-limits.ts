/** How much one import may be. */

/** Rows of a file, without its heading. */
export const rowsAtMost = 2_000_000;
/** In one transaction: some 200 ms of the database's time, and some megabytes of ours. */
export const rowsPerBatch = 5_000;
/** Each on a connection of its own: two more than two processors, since some wait for the batch before them. */
export const batchesAtOnce = 4;
/** Shown before it begins. */
export const previewRows = 20;
/** What was refused is told about for so long. */
export const reportDays = 30;
/** A draft that nobody touched for so long is ended. */
export const draftDays = 7;

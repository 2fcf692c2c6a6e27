/** How much one import may be. */

/** Rows of a file, without its heading. */
export const rowsAtMost = 2_000_000;
/** In one transaction: some 100 ms of the database's time, and some megabytes of ours. */
export const rowsPerBatch = 2_500;
/** Each on a connection of its own: as many as keep two processors busy. */
export const batchesAtOnce = 2;
/** Shown before it begins. */
export const previewRows = 20;
/** What was refused is told about for so long. */
export const reportDays = 30;
/** A draft that nobody touched for so long is ended. */
export const draftDays = 7;

/** How far a broadcast is filled ahead of the lanes that send it. Pure. */

/** Seconds of a bot's pace that wait in its lane. What a pause takes back is at most this much; a step that is late by less is not noticed. */
const aheadSeconds = 20;
/** Filled up once half of it has gone: half as many statements for the same pace. */
const refillBelow = 0.5;
/** Rows of one transaction. */
export const batchRows = 1_000;

/** How many messages to add now to the `queued` that wait for a bot of this pace. */
export function roomFor(perSecond: number, queued: number): number {
  const wanted = Math.ceil(aheadSeconds * perSecond);
  return queued > wanted * refillBelow ? 0 : wanted - queued;
}

/** Share of a page of the oldest waiting that has ended, above which the next page is looked at too. */
const worthAnother = 0.5;

export const isWorthAnotherPage = (page: { asked: number; settled: number; limit: number }): boolean =>
  page.asked === page.limit && page.settled >= page.limit * worthAnother;

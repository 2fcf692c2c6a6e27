/** PostgreSQL's largest bigint. */
const largest = 9_223_372_036_854_775_807n;

/** Whether a text of digits can be the id of a stored call; a larger number would be an error to the database instead of "not found". */
export const isEventId = (text: string): boolean => /^\d{1,19}$/.test(text) && BigInt(text) <= largest;

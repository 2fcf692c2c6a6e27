/** An id as PostgreSQL writes it. Asked of what strangers send before a query has it, which would fail on anything else. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** IANA names only: offsets like "+03:00" know no summer time, and PostgreSQL reads their sign the other way round. */
const nameShape = /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/;

export function isTimeZone(name: string): boolean {
  if (name.length > 64 || !nameShape.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

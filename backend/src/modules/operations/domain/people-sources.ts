/** Sources whose raw calls hold what people wrote, their phones and their names. */
const peopleSources = ["telegram"] as const;

/** What a reader with these rights is not shown: a media buyer looks for postbacks, not for letters to the bot. */
export const hiddenSources = (permissions: ReadonlySet<string>): readonly string[] =>
  permissions.has("persons.read") || permissions.has("*") ? [] : peopleSources;

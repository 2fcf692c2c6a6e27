/** Sources whose raw calls hold what people wrote, their phones and their names; and what they paid. */
const sourcesBy: readonly { permission: string; sources: readonly string[] }[] = [
  { permission: "persons.read", sources: ["telegram"] },
  { permission: "payments.read", sources: ["crypto-pay", "yookassa"] },
];

/** What a reader with these rights is not shown: a media buyer looks for postbacks, not for letters to the bot or for payments. */
export const hiddenSources = (permissions: ReadonlySet<string>): readonly string[] =>
  permissions.has("*")
    ? []
    : sourcesBy.flatMap(({ permission, sources }) => (permissions.has(permission) ? [] : sources));

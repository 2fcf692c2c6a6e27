/** How calls of a connection are read: one answer for the reader of the inbox, previews and the lab. */
import type { Vault } from "@backend/kit/crypto.ts";
import { knownParameters, type ParameterMap } from "./domain/parameter-map.ts";
import type { ReadingRules } from "./domain/read-call.ts";
import { statusMapOf } from "./present.ts";
import type { ConnectionRow } from "./queries.ts";

/** `draft` stands in for the stored map, to see what it would change. */
export const readingRulesOf = (connection: ConnectionRow, vault: Vault, draft?: ParameterMap): ReadingRules => ({
  statusMap: statusMapOf(connection),
  defaultCurrency: connection.defaultCurrency,
  kind: connection.kind,
  parameterMap: draft ?? knownParameters(connection.parameterMap),
  secrets: secretsOf(connection, vault),
});

/** The secret that must be in no fact. One that cannot be opened any more is in no address either. */
function secretsOf(connection: ConnectionRow, vault: Vault): string[] {
  if (connection.secretSealed === null) return [];
  try {
    return [vault.open(connection.secretSealed)];
  } catch {
    return [];
  }
}

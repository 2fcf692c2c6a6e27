/**
 * `bun run secrets:rotate`: after a new secret was put in front of SECRETS_KEY, seals every stored token and key with it. When
 * it reports nothing unreadable, the old secret may leave SECRETS_KEY. API keys are only known by hash: each moves to the new
 * secret the next time it is used, so keep the old one listed until the keys that matter show a newer use.
 */
import { readConfig } from "@backend/app/config.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { withDatabase } from "./backup/open.ts";
import { resealDatabase } from "./secrets/reseal.ts";

try {
  const config = readConfig();
  const vault = createVault(config.secretsKey);
  const results = await withDatabase(config, (url) => resealDatabase(url, vault));
  for (const { table, column, resealed, unreadable } of results)
    console.log(`${table}.${column}: ${resealed} sealed anew${unreadable > 0 ? `, ${unreadable} unreadable` : ""}`);
  if (results.some(({ unreadable }) => unreadable > 0)) {
    console.error(
      "What is unreadable was sealed with a secret that SECRETS_KEY no longer lists. Add it, or enter those tokens anew.",
    );
    process.exit(1);
  }
} catch (error) {
  console.error(`Nothing was changed: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

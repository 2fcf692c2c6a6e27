/** One process that runs an import, to be killed: `bun tests/imports/import-process.ts <database url> <workspace> <import> <kill point>`. */
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { runImport } from "@backend/modules/audience/actions/run-import.ts";
import { jobContext } from "@backend/modules/audience/import-testing.ts";
import { openDatabase } from "@db/client.ts";

const [databaseUrl = "", workspaceId = "", importId = "", killAt = ""] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: "import-process" });
armKillPoint(killAt);
await runImport(jobContext(database.db, workspaceId), { importId, workspaceId });
await database.close(1_000);

/** What group commit is measured against: the same routes and the same statement, but one statement for each call. */
import { addressList, senderAddress } from "@backend/kit/address.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { httpKit } from "@backend/kit/http.ts";
import { createIntake } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import { connectionBySecret, conversionsModule } from "@backend/modules/conversions/index.ts";
import { openDatabase } from "@db/client.ts";
import { Elysia } from "elysia";

const { db } = openDatabase(process.env.DATABASE_URL ?? "", { poolSize: 12 });
const proxies = addressList([]);
const http = httpKit({
  authenticate: () => Promise.reject(new Error("unused")),
  senderOf: (request, peer) => senderAddress(peer, request.headers.get("x-forwarded-for"), proxies),
});
const vault = createVault(process.env.SECRETS_KEY ?? "");

new Elysia()
  .use(
    conversionsModule.intakeRoutes(http, {
      intake: { store: (call) => createIntake(db).store(call), drain: () => Promise.resolve() },
      connectionBySecret: connectionBySecret(db, vault),
      limits: { perSecond: 100_000, burst: 1_000_000 },
      noteRefusal: () => undefined,
      log: createLogger("error"),
    }),
  )
  .get("/ready", () => "OK")
  .listen({ hostname: "127.0.0.1", port: Number(process.env.PORT) });

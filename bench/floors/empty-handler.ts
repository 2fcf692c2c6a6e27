/** The floor of intake: Elysia answering a POST and doing nothing else. */
import { Elysia } from "elysia";

new Elysia()
  .get("/ready", () => "OK")
  .post("/in/:secret", () => "OK")
  .listen({ hostname: "127.0.0.1", port: Number(process.env.PORT) });

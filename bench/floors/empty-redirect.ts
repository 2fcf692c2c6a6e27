/** The floor of click links: Elysia answering a GET with a redirect and doing nothing else. */
import { Elysia } from "elysia";

new Elysia()
  .get("/ready", () => "OK")
  .get("/l/:code", ({ set }) => {
    set.status = 302;
    set.headers.location = "https://shop.example/";
    return "";
  })
  .listen({ hostname: "127.0.0.1", port: Number(process.env.PORT) });

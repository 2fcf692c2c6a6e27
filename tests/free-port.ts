import { createServer } from "node:net";

/**
 * A port on which nothing listens. Below the ports that systems give to outgoing connections (Linux 32768–60999, others from 49152):
 * one of those may be taken by anybody's call before our process listens, or while it is down between two starts.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

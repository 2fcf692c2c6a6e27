import { createServer } from "node:net";

/**
 * True when `host:port` can be listened on. Asked before anything is started, so that a taken port costs one sentence and no
 * database start.
 */
export function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

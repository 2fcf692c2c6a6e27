/** The tracker of a test, for a process of its own: what is in memory here is asked over HTTP there. */

import type { TrackerCampaigns } from "@backend/modules/campaigns/ports.ts";
import type { FakeTracker } from "@backend/modules/campaigns/testing/flow-scene.ts";

type Served = "readFlow" | "writeShares";

export function serveTracker(tracker: FakeTracker) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { call, args } = (await request.json()) as { call: Served; args: never[] };
      const work = tracker[call] as (...args: never[]) => Promise<unknown>;
      return Response.json(await work(...args));
    },
  });
}

export function remoteTracker(url: string): TrackerCampaigns {
  const ask =
    (call: Served) =>
    async (...args: unknown[]): Promise<never> =>
      (await (await fetch(url, { method: "POST", body: JSON.stringify({ call, args }) })).json()) as never;
  return { readFlow: ask("readFlow"), writeShares: ask("writeShares") } as unknown as TrackerCampaigns;
}

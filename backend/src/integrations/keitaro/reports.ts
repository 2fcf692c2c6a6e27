/** The port TrackerReports over Keitaro's `POST /report/build`. */
import type { TrackerReports } from "@backend/modules/campaigns/ports.ts";
import type { KeitaroClient } from "./client.ts";

export const keitaroReports = (_client: KeitaroClient): TrackerReports => ({
  build: () => Promise.reject(new Error("not here yet")),
});

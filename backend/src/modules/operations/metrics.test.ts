import { describe, expect, test } from "bun:test";
import { type Backlog, createMetrics } from "./metrics.ts";

const backlog: Backlog = {
  inboxWaiting: 3,
  inboxOldestSec: 12.5,
  deadLetters: 1,
  lanes: [
    { lane: "service", queued: 2, oldestSec: 4 },
    { lane: "alert", queued: 0, oldestSec: 0 },
    { lane: "sequence", queued: 0, oldestSec: 0 },
    { lane: "broadcast", queued: 900, oldestSec: 30 },
  ],
  sending: 5,
  unknown: 6,
  oldestUnknownSec: 7,
  lanesOwned: 8,
  lanesWithoutOwner: 1,
  lanesPaused: 2,
  jobsWaiting: 4,
  jobsOldestSec: 9,
  deadJobs: { count: 2, oldestSec: 7200 },
  connections: { active: 1, idle: 2, idleInTransaction: 3, waiting: 4 },
};
const lines = async (metrics: { text(): Promise<string> }) =>
  (await metrics.text()).split("\n").filter((line) => line.startsWith("switchboard_"));

describe("metrics", () => {
  test("count requests by pattern and status, jobs by name and outcome, sends by bot", async () => {
    const metrics = createMetrics({ withProcess: false });
    metrics.observeRequest({ method: "GET", route: "/conversions/:id", status: 200, seconds: 0.02 });
    metrics.observeRequest({ method: "GET", route: "/conversions/:id", status: 500, seconds: 0.02 });
    metrics.observeJob({ name: "inbox.process", seconds: 0.1, failed: false });
    metrics.observeSend({ botId: "b1", outcome: "flood", seconds: 0.1 });
    metrics.observeSend({ botId: "b1", outcome: "sent" });
    const text = await lines(metrics);
    expect(text).toContain(
      'switchboard_http_request_seconds_count{method="GET",route="/conversions/:id",status="200"} 1',
    );
    expect(text).toContain(
      'switchboard_http_request_seconds_bucket{le="0.025",method="GET",route="/conversions/:id",status="500"} 1',
    );
    expect(text).toContain('switchboard_job_seconds_count{name="inbox.process",outcome="done"} 1');
    expect(text).toContain('switchboard_telegram_calls_total{bot="b1",outcome="flood"} 1');
  });

  test("show backlogs as the database tells them, with one reading for scrapes that come together", async () => {
    const metrics = createMetrics({ withProcess: false, freshMs: 60_000 });
    let readings = 0;
    metrics.watch({
      readBacklog: async () => {
        readings++;
        return backlog;
      },
      liveStreams: () => 11,
      poolSize: () => 12,
    });
    const text = await lines(metrics);
    await Promise.all([metrics.text(), metrics.text()]);
    expect(readings).toBe(1);
    for (const line of [
      "switchboard_database_up 1",
      "switchboard_inbox_waiting 3",
      "switchboard_inbox_oldest_seconds 12.5",
      "switchboard_inbox_dead_letters 1",
      'switchboard_deliveries_queued{lane="broadcast"} 900',
      'switchboard_deliveries_oldest_seconds{lane="service"} 4',
      "switchboard_deliveries_sending 5",
      "switchboard_deliveries_unknown 6",
      'switchboard_lanes{state="owned"} 8',
      'switchboard_lanes{state="paused"} 2',
      'switchboard_database_connections{state="waiting"} 4',
      "switchboard_jobs_waiting 4",
      "switchboard_jobs_dead 2",
      "switchboard_jobs_dead_oldest_seconds 7200",
      "switchboard_database_pool_size 12",
      "switchboard_live_streams 11",
    ])
      expect(text).toContain(line);
  });

  test("are still there when the database is not, and say so", async () => {
    const metrics = createMetrics({ withProcess: false, freshMs: 0 });
    let isAway = false;
    metrics.watch({ readBacklog: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve(backlog)) });
    await metrics.text();
    isAway = true;
    const text = await lines(metrics);
    expect(text).toContain("switchboard_database_up 0");
    expect(text.filter((line) => line.includes("deliveries_queued"))).toEqual([]);
    expect(text).not.toContain("switchboard_inbox_waiting 3");
  });

  test("have as many series however odd the callers: methods invented by strangers are one", async () => {
    const metrics = createMetrics({ withProcess: false });
    for (let n = 0; n < 50; n++)
      metrics.observeRequest({ method: `X${n}`, route: "unmatched", status: 404, seconds: 0.001 });
    const counts = (await lines(metrics)).filter((line) => line.startsWith("switchboard_http_request_seconds_count"));
    expect(counts).toEqual([
      'switchboard_http_request_seconds_count{method="other",route="unmatched",status="404"} 50',
    ]);
  });

  test("count the errors of the last minute: answers of 5xx and jobs that threw", () => {
    const metrics = createMetrics({ withProcess: false });
    metrics.observeRequest({ method: "GET", route: "/", status: 404, seconds: 0 });
    metrics.observeRequest({ method: "GET", route: "/", status: 503, seconds: 0 });
    metrics.observeJob({ name: "a.b", seconds: 0, failed: true });
    expect(metrics.errorsPerMinute()).toBe(2);
    for (let n = 0; n < 50_000; n++) metrics.observeJob({ name: "a.b", seconds: 0, failed: true });
    expect(metrics.errorsPerMinute()).toBeLessThanOrEqual(10_000);
  });

  test("tell of the process and of the delay of its event loop", async () => {
    const metrics = createMetrics();
    await Bun.sleep(30);
    const text = await metrics.text();
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });
});

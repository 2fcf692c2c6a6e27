/**
 * How fast the app opens on a weak phone: headless Chromium, a processor four times slower, the "Slow 4G" of DevTools, cold
 * caches, the median of several runs.
 *
 *   bun run miniapp/tools/webperf.ts <address with launch parameters> [--runs 5] [--ready "main a"] [--check]
 *
 * `--check` exits with 1 when a median is above its limit. The browser is CHROMIUM, or /usr/bin/chromium.
 */
import { type Browser, chromium } from "playwright-core";

export interface ColdLoad {
  /** Milliseconds from the start of navigation. */
  firstPaintMs: number;
  /** Until the rows that `ready` selects are there. */
  rowsMs: number;
  /** Sum of what long tasks take beyond 50 ms, between the first paint and the rows. */
  blockingMs: number;
  /** Cumulative layout shift, the worst window of five seconds. */
  shift: number;
  /** Requests that had begun when the rows came, the page itself included; the live stream is not waited for. */
  requestsBeforeRows: number;
  bytes: number;
}

/** Milliseconds and counts of UI.md's table; `shift` has no unit. */
export const coldLoadLimits: Readonly<Omit<ColdLoad, "bytes">> = {
  firstPaintMs: 1_200,
  rowsMs: 3_000,
  blockingMs: 500,
  shift: 0.02,
  requestsBeforeRows: 8,
};

const slowdown = 4;
/** DevTools' preset: 1.6 Mbit/s down, 750 kbit/s up, 150 ms, each with its own correction for throttling whole requests. */
const slow4G = {
  offline: false,
  latency: 150 * 3.75,
  downloadThroughput: (1.6e6 * 0.9) / 8,
  uploadThroughput: (750e3 * 0.9) / 8,
};

/** Runs in the page before anything else. */
function watch(ready: string): void {
  const seen = { firstPaint: 0, rows: 0, shift: 0, tasks: [] as [start: number, duration: number][] };
  Object.assign(window, { __coldLoad: seen });
  const observe = (type: string, each: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  observe("paint", (entry) => {
    if (entry.name === "first-contentful-paint") seen.firstPaint = entry.startTime;
  });
  observe("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
  let window5s = { start: 0, last: 0, sum: 0 };
  observe("layout-shift", (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (hadRecentInput) return;
    const at = entry.startTime;
    const continues = window5s.sum > 0 && at - window5s.last < 1_000 && at - window5s.start < 5_000;
    window5s = continues ? { ...window5s, last: at, sum: window5s.sum + value } : { start: at, last: at, sum: value };
    seen.shift = Math.max(seen.shift, window5s.sum);
  });
  const look = () => {
    if (document.querySelector(ready)) seen.rows = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function once(browser: Browser, url: string, ready: string): Promise<ColdLoad> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  });
  try {
    await context.addInitScript(watch, ready);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const began: { url: string; at: number }[] = [];
    let bytes = 0;
    let start = 0;
    devtools.on("Network.requestWillBeSent", (event) => {
      if (!/^https?:/.test(event.request.url)) return;
      start ||= event.timestamp;
      began.push({ url: event.request.url, at: (event.timestamp - start) * 1000 });
    });
    devtools.on("Network.loadingFinished", (event) => {
      bytes += event.encodedDataLength;
    });
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", slow4G);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.goto(url, { waitUntil: "commit", timeout: 60_000 });
    await page.waitForFunction(
      () => (window as unknown as { __coldLoad: { rows: number } }).__coldLoad.rows > 0,
      null,
      {
        timeout: 60_000,
      },
    );
    // What moves right after the rows have come counts too.
    await page.waitForTimeout(1_500);
    const seen = await page.evaluate(
      () =>
        (
          window as unknown as {
            __coldLoad: { firstPaint: number; rows: number; shift: number; tasks: [number, number][] };
          }
        ).__coldLoad,
    );
    const blockingMs = seen.tasks
      .filter(([at, duration]) => at + duration > seen.firstPaint && at < seen.rows)
      .reduce((sum, [, duration]) => sum + Math.max(0, duration - 50), 0);
    return {
      firstPaintMs: seen.firstPaint,
      rowsMs: seen.rows,
      blockingMs,
      shift: seen.shift,
      requestsBeforeRows: began.filter((request) => request.at < seen.rows && !request.url.endsWith("/live")).length,
      bytes,
    };
  } finally {
    await context.close();
  }
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Opens `url` cold `runs` times; medians of each figure. `ready` selects what must be on screen: rows with data. */
export async function measureColdLoad(
  url: string,
  { runs = 5, ready = "main section a, main section button" }: { runs?: number; ready?: string } = {},
): Promise<ColdLoad> {
  const loads: ColdLoad[] = [];
  for (let run = 0; run < runs; run++) {
    // A new browser each time: compiled code survives in the old one.
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
    });
    try {
      loads.push(await once(browser, url, ready));
    } finally {
      await browser.close();
    }
  }
  const of = (name: keyof ColdLoad) => median(loads.map((load) => load[name]));
  return {
    firstPaintMs: Math.round(of("firstPaintMs")),
    rowsMs: Math.round(of("rowsMs")),
    blockingMs: Math.round(of("blockingMs")),
    shift: Number(of("shift").toFixed(4)),
    requestsBeforeRows: of("requestsBeforeRows"),
    bytes: Math.round(of("bytes")),
  };
}

if (import.meta.main) {
  const [url, ...rest] = process.argv.slice(2);
  const option = (name: string) => {
    const at = rest.indexOf(`--${name}`);
    return at < 0 ? undefined : rest[at + 1];
  };
  if (!url || !/^https?:/.test(url)) {
    console.error('usage: bun run miniapp/tools/webperf.ts <address> [--runs 5] [--ready "css selector"] [--check]');
    process.exit(2);
  }
  const ready = option("ready");
  const load = await measureColdLoad(url, { runs: Number(option("runs") ?? 5), ...(ready ? { ready } : {}) });
  let isSlow = false;
  for (const [name, value] of Object.entries(load) as [keyof ColdLoad, number][]) {
    const limit = name === "bytes" ? undefined : coldLoadLimits[name];
    const isOver = limit !== undefined && value > limit;
    isSlow ||= isOver;
    console.log(
      `${String(value).padStart(10)}  ${String(limit ?? "–").padStart(6)}  ${name}${isOver ? "   ← too much" : ""}`,
    );
  }
  if (rest.includes("--check") && isSlow) process.exit(1);
}

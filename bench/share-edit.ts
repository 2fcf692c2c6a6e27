import type { CampaignDetail, CampaignSummary } from "@backend/modules/campaigns/mirror-contracts.ts";
import { type Browser, chromium } from "playwright-core";
import { temporaryFolder } from "./product.ts";
import { ascending, atMost, type Bench, percentile, type Row, type RunOptions, row, until } from "./row.ts";
import { build, ownersApp, type SandboxRun, startSandbox } from "./sandbox.ts";

/** What a finger waits for that moves a share on a weak phone. */
export const shareEdit: Bench = {
  name: "share-edit",
  what: "a share moved in the editor on a processor 4 times slower: from the key to the next picture",
  run: measure,
};

const slowdown = 4;
/** A flow of the demo with three offers. */
const place = { campaignRef: "15", flowRef: "5002" };
const slider = "main input[type=range]:not(:disabled)";

async function measure({ isQuick }: RunOptions): Promise<Row[]> {
  await build();
  const folder = temporaryFolder();
  const sandbox = await startSandbox(folder.path);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
  try {
    const flowId = await demoFlow(sandbox);
    const steps = isQuick ? 20 : 100;
    const plain = await repaints(browser, plainSlider(), steps);
    const editor = await repaints(browser, ownersApp(sandbox).address(`campaigns/flows/${flowId}`), steps);
    const at = (share: number, what: string, limit?: number) =>
      row({
        what,
        value: percentile(ascending(editor), share),
        unit: "ms",
        floor: { what: "a page with one slider", value: percentile(ascending(plain), share) },
        ...(limit === undefined ? {} : { target: atMost(limit) }),
      });
    return [at(0.5, "a step of a share, median"), at(0.95, "a step of a share, p95", 50)];
  } finally {
    await browser.close();
    await sandbox.stop();
    folder.remove();
  }
}

const plainSlider = () =>
  `data:text/html,${encodeURIComponent("<!doctype html><main><input type=range min=0 max=100 value=40></main>")}`;

async function demoFlow(sandbox: SandboxRun): Promise<string> {
  const { headers } = ownersApp(sandbox);
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${sandbox.url}/api/v1/campaigns${path}`, { headers })).json()) as T;
  let flowId: string | undefined;
  await until("the demo's tracker to be read", async () => {
    const { items } = await ask<{ items: CampaignSummary[] }>("?limit=200");
    const campaign = items.find(({ ref }) => ref === place.campaignRef);
    const flows = campaign ? (await ask<CampaignDetail>(`/${campaign.id}`)).flows : [];
    flowId = flows.find(({ ref }) => ref === place.flowRef)?.id;
    return flowId !== undefined;
  });
  return flowId ?? "";
}

/** Milliseconds from each key to the picture after it, as Chromium's Event Timing tells them: in steps of eight. */
async function repaints(browser: Browser, url: string, steps: number): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(slider).first().waitFor();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.evaluate(() => {
      const took: number[] = [];
      Object.assign(window, { __took: took });
      // The least that may be asked for; what is faster counts as that.
      const options = { type: "event", durationThreshold: 16 } as PerformanceObserverInit;
      new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries()) if (name === "keydown") took.push(duration);
      }).observe(options);
    });
    await page.locator(slider).first().focus();
    for (let step = 0; step < steps; step++) {
      await page.keyboard.press(step % 20 < 10 ? "ArrowRight" : "ArrowLeft");
      await page.waitForTimeout(60);
    }
    await page.waitForTimeout(500);
    const took = await page.evaluate(() => (window as unknown as { __took: number[] }).__took);
    return [...took, ...Array.from({ length: Math.max(0, steps - took.length) }, () => 16)];
  } finally {
    await context.close();
  }
}

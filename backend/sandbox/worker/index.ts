/**
 * The outside worker of the demo: a program that asks for posts over HTTP as anybody's would, is seen working, and brings proof. Tests
 * make it break in the ways that workers do.
 */

export type WorkerFault =
  /** Takes a task and is never heard of again. */
  | "silent"
  /** Says that it could not do it. */
  | "fail"
  /** Says that it is done a while after its lease has ended. */
  | "late";

export interface WorkerPace {
  /** Between two questions for work, and between two words about a task. */
  askEveryMs: number;
  stepMs: number;
}

export interface DemoWorker {
  /** Begins to work for a workspace: `base` is the product's address, `key` one with the scope "tasks". */
  employ(at: { base: string; key: string }): void;
  /** What the next tasks are met with, one each. */
  breakNext(...faults: WorkerFault[]): void;
  stop(): Promise<void>;
}

interface Task {
  task_id: string;
  lease: number;
  lease_until: string;
  post_data: { platform: string; address: string };
  package_data: { promises: Readonly<Record<string, { from: number; to: number } | undefined>> };
}

const demoPace: WorkerPace = { askEveryMs: 4_000, stepMs: 3_000 };
const tasksAtOnce = 5;
/** Percent that are told before it is done. */
const steps = [15, 45, 80] as const;

export function createDemoWorker(pace: WorkerPace = demoPace): DemoWorker {
  const ending = new AbortController();
  const { signal } = ending;
  const faults: WorkerFault[] = [];
  let working: Promise<unknown> = Promise.resolve();

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });

  /** What the product answered; null when it could not be reached or refused, which a worker has to live with. */
  async function call(
    at: { base: string; key: string },
    method: string,
    path: string,
    body?: unknown,
  ): Promise<unknown> {
    try {
      const response = await fetch(`${at.base}/api/tasks/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${at.key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  async function work(at: { base: string; key: string }, task: Task): Promise<void> {
    const fault = faults.shift();
    if (fault === "silent") return;
    const say = (body: object) => call(at, "PUT", `${task.task_id}/status`, { lease: task.lease, ...body });
    if (fault === "late") {
      await wait(Date.parse(task.lease_until) - Date.now() + pace.stepMs);
      await say({ status: "completed" });
      return;
    }
    const counts = countsOf(task);
    const shareOf = (percent: number) =>
      Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.round((count * percent) / 100)]));
    for (const percent of steps) {
      await wait(pace.stepMs);
      if (signal.aborted) return;
      await say({ status: "processing", response_data: { progress: percent, ...shareOf(percent) } });
    }
    await wait(pace.stepMs);
    if (fault === "fail") return void (await say({ status: "failed", response_data: { error: "The post is closed" } }));
    await say({
      status: "completed",
      external_task_id: `demo-${task.task_id.slice(0, 8)}`,
      response_data: { ...counts, report: `https://worker.example/reports/${task.task_id.slice(0, 8)}` },
    });
  }

  return {
    employ(at) {
      const asking = async () => {
        while (!signal.aborted) {
          const answer = (await call(at, "GET", `pending?limit=${tasksAtOnce}`)) as { tasks: Task[] } | null;
          await Promise.all((answer?.tasks ?? []).map((task) => work(at, task)));
          await wait(pace.askEveryMs);
        }
      };
      working = asking();
    },
    breakNext: (...next) => void faults.push(...next),
    async stop() {
      ending.abort();
      await working;
    },
  };
}

/** In the middle of what the package promises; a few views where it promises nothing. */
function countsOf({ package_data: { promises } }: Task): Record<string, number> {
  const counts = ["views", "reactions", "comments", "reposts"].flatMap((name) => {
    const range = promises[name];
    return range ? [[`${name}_added`, Math.round((range.from + range.to) / 2)] as const] : [];
  });
  return counts.length > 0 ? Object.fromEntries(counts) : { views_added: 100 };
}

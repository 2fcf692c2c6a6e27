/**
 * Many small writes as few statements: while one statement is on its way, whatever is asked meanwhile waits together for the
 * next. Whoever shares one commits as often as a single writer does, however many they are.
 */
import { AppError } from "./errors.ts";

export interface GroupCommit<Item, Answer> {
  /** Rejects with what the statement threw, or with `common.unavailable` (503) when too many wait or the answer takes too long. */
  add(item: Item): Promise<Answer>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /** Items waiting or on their way. */
  readonly size: number;
}

export interface GroupCommitOptions {
  /** Items in one statement at most; 500 by default. */
  groupSize?: number;
  /** Items that may wait; above it `add` refuses at once rather than grow. No bound by default: for work that we owe ourselves. */
  maxWaiting?: number;
  /** An item without an answer for this long is refused. No bound by default. */
  timeoutMs?: number;
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** "Come again in a moment": what whoever calls us hears when his call could not be written down. */
export const refusal = (cause?: unknown): AppError =>
  new AppError(
    "unavailable",
    "common.unavailable",
    {},
    { retryAfterMs: 5_000, ...(cause === undefined ? {} : { cause }) },
  );

/** `run` answers in the order asked. When it throws, everyone in the group hears it. */
export function groupCommit<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  options: GroupCommitOptions = {},
): GroupCommit<Item, Answer> {
  const { groupSize = 500, maxWaiting = Number.POSITIVE_INFINITY, timeoutMs } = options;
  // In the order of arrival; who gives up waiting leaves it without a search.
  const waiting = new Set<Waiting<Item, Answer>>();
  let running: Promise<void> | null = null;
  let underWay = 0;

  function nextGroup(): Waiting<Item, Answer>[] {
    const group: Waiting<Item, Answer>[] = [];
    for (const one of waiting) {
      if (group.length === groupSize) break;
      group.push(one);
      waiting.delete(one);
    }
    return group;
  }

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const group = nextGroup();
      underWay = group.length;
      try {
        const answers = await run(group.map(({ item }) => item));
        group.forEach(({ resolve }, at) => {
          resolve(answers[at] as Answer);
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      underWay = 0;
    }
    running = null;
  }

  /** Not in a group yet: nobody will write it. In a group: its answer is lost, and it may have been written. */
  function limited(one: Waiting<Item, Answer>, ms: number): Waiting<Item, Answer> {
    const timer = setTimeout(() => {
      waiting.delete(entry);
      one.reject(refusal());
    }, ms);
    const entry: Waiting<Item, Answer> = {
      item: one.item,
      resolve: (answer) => {
        clearTimeout(timer);
        one.resolve(answer);
      },
      reject: (error) => {
        clearTimeout(timer);
        one.reject(error);
      },
    };
    return entry;
  }

  return {
    add(item) {
      if (waiting.size >= maxWaiting) return Promise.reject(refusal());
      return new Promise<Answer>((resolve, reject) => {
        const one = { item, resolve, reject };
        waiting.add(timeoutMs === undefined ? one : limited(one, timeoutMs));
        running ??= Promise.resolve().then(drain);
      });
    },
    async idle() {
      while (running) await running;
    },
    get size() {
      return waiting.size + underWay;
    },
  };
}

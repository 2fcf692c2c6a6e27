/**
 * Many small writes as few statements: while one statement is on its way, whatever is asked meanwhile waits together for the
 * next. Whoever shares one commits as often as a single writer does, however many they are.
 */
export interface GroupCommit<Item, Answer> {
  add(item: Item): Promise<Answer>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /** Items waiting or on their way. */
  readonly size: number;
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** `run` answers in the order asked. When it throws, everyone in the group hears it. */
export function groupCommit<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  groupSize = 500,
): GroupCommit<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let running: Promise<void> | null = null;
  let underWay = 0;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, groupSize);
      waiting = waiting.slice(groupSize);
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

  return {
    add: (item) =>
      new Promise<Answer>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= Promise.resolve().then(drain);
      }),
    async idle() {
      while (running) await running;
    },
    get size() {
      return waiting.length + underWay;
    },
  };
}

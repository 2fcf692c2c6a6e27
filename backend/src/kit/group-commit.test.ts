import { describe, expect, test } from "bun:test";
import { groupCommit } from "./group-commit.ts";

/** Writes that end when they are told to. */
function slowly() {
  const groups: number[][] = [];
  const started: ((answers?: Error) => void)[] = [];
  const run = (items: number[]) => {
    groups.push(items);
    return new Promise<string[]>((resolve, reject) => {
      started.push((error) => (error ? reject(error) : resolve(items.map((item) => `answer ${item}`))));
    });
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    groups,
    run,
    async end(error?: Error) {
      await turn();
      started.shift()?.(error);
      await turn();
    },
  };
}

describe("writes that wait together", () => {
  test("go in groups, in the order of their arrival, and each hears its own answer", async () => {
    const { groups, run, end } = slowly();
    const group = groupCommit(run, { groupSize: 3 });
    const answers = [1, 2, 3, 4, 5].map(group.add);
    await end();
    await end();
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((n) => `answer ${n}`));
    await group.idle();
  });

  test("fail together, and the next group is none the wiser", async () => {
    const { run, end } = slowly();
    const group = groupCommit(run, { groupSize: 2 });
    const answers = Promise.allSettled([1, 2, 3].map(group.add));
    await end(new Error("away"));
    await end();
    expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  test("are refused at once above the bound, and taken again below it", async () => {
    const { groups, run, end } = slowly();
    const group = groupCommit(run, { groupSize: 1, maxWaiting: 2 });
    const taken = [group.add(1), group.add(2)];
    await expect(group.add(3)).rejects.toMatchObject({ kind: "unavailable", code: "common.unavailable" });
    await end();
    await end();
    taken.push(group.add(4));
    await end();
    await Promise.all(taken);
    expect(groups).toEqual([[1], [2], [4]]);
  });

  test("that hear nothing in time are refused, and not written when their turn comes", async () => {
    const { groups, run, end } = slowly();
    const group = groupCommit(run, { groupSize: 1, timeoutMs: 5 });
    const outcomes = await Promise.allSettled([group.add(1), group.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await end();
    await group.idle();
    expect(groups).toEqual([[1]]);
  });
});

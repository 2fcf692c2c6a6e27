/** Kills, lost answers, storms and floods in the middle of broadcasts: nobody gets it twice, everybody is accounted for. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { resendUnknown } from "@backend/modules/broadcasts/actions/resend-unknown.ts";
import { type Processes, processesOf } from "../lanes/processes.ts";
import {
  arrivals,
  type BroadcastRig,
  createBroadcastRig,
  expectAgreement,
  expectInvariant,
  testPace,
  until,
} from "./rig.ts";

/** Twenty, as the goal has it, with `BROADCAST_KILLS=20`; fewer where every change is tested. */
const kills = Number(process.env.BROADCAST_KILLS ?? 5);
const recipients = Number(process.env.BROADCAST_RECIPIENTS ?? 600);
setDefaultTimeout(60_000 + kills * 20_000);

const script = fileURLToPath(new URL("./broadcast-process.ts", import.meta.url));

type House = BroadcastRig & { launchProcess: Processes["launch"] };

async function inHouse(work: (house: House) => Promise<void>, bots = 1): Promise<void> {
  const rig = await createBroadcastRig({ bots, standIn: { limits: { botPerSecond: testPace, botTolerance: 40 } } });
  const { launch, end } = processesOf(rig, script);
  try {
    await work({ ...rig, launchProcess: launch });
  } finally {
    await end();
    await rig.stop();
  }
}

/** Wherever a process may die: a few of each are enough, time does the rest. */
const places = ["broadcasts.filled", "", "broadcasts.settled:2", "messaging.answered:20", ""];

test(`F1: killed ${kills} times in one broadcast, nobody gets it twice and nobody is forgotten`, () =>
  inHouse(async (rig) => {
    await rig.audience(rig.bots[0] as never, recipients);
    const id = await rig.launch();
    for (let n = 0; n < kills; n++) {
      const before = arrivals(rig).size;
      const one = rig.launchProcess(places[n % places.length]);
      await Promise.race([
        one.exited,
        until("it goes on", () => arrivals(rig).size > before + 20, 15_000).then(() =>
          Bun.sleep(100 + ((n * 137) % 400)),
        ),
      ]);
      one.kill("SIGKILL");
      await one.exited;
      await expectInvariant(rig, id);
    }
    rig.launchProcess();
    await rig.reaches(id, "sent", 60_000);
    const counters = await expectAgreement(rig, id);
    expect(counters.sent + counters.failed + counters.unknown).toBe(recipients);
    expect(counters.unknown).toBeLessThanOrEqual(30 * kills);
  }));

test("F13: two processes on one database, killed by turns: one sender at a time, no copies", () =>
  inHouse(async (rig) => {
    const [one, two] = rig.bots;
    await rig.audience(one as never, 350);
    await rig.audience(two as never, 350);
    const processes = [rig.launchProcess(), rig.launchProcess()];
    const id = await rig.launch();
    for (const n of [0, 1]) {
      const before = arrivals(rig).size;
      await until("it runs", () => arrivals(rig).size > before + 40);
      processes[n]?.kill("SIGKILL");
      await processes[n]?.exited;
      processes[n] = rig.launchProcess();
      await expectInvariant(rig, id);
    }
    await rig.reaches(id, "sent", 60_000);
    const counters = await expectAgreement(rig, id);
    expect(counters.sent + counters.unknown).toBe(700);
    for (const bot of rig.bots) expect(rig.telegram.counters(bot.telegramId).ignoredWaits).toBe(0);
  }, 2));

test("F2: answers are lost: each such recipient is unknown, and gets it again only when a person asks for it", () =>
  inHouse(async (rig) => {
    await rig.audience(rig.bots[0] as never, 250);
    await Promise.all([rig.start(), rig.work()]);
    const fault = rig.telegram.addFault({ kind: "lost_answer", probability: 0.05 });
    const id = await rig.launch();
    await rig.reaches(id, "sent");
    fault.remove();
    const counters = await expectAgreement(rig, id);
    expect(counters.unknown).toBe(fault.struck());
    expect(counters.unknown).toBeGreaterThan(0);
    expect(counters.sent + counters.unknown).toBe(250);
    expect([...arrivals(rig).values()].every((times) => times === 1)).toBe(true);
    const { count } = await resendUnknown(rig.context(), { broadcastId: id });
    expect(count).toBe(counters.unknown);
    await expectInvariant(rig, id);
    await until("they are sent again", async () => (await rig.read(id)).sent === 250);
    expect([...arrivals(rig).values()].filter((times) => times === 2)).toHaveLength(count);
    expect(await expectInvariant(rig, id)).toMatchObject({ sent: 250, unknown: 0, queued: 0 });
    expect((await resendUnknown(rig.context(), { broadcastId: id })).count).toBe(0);
  }));

test("F4: a storm of gateway pages, half of them after the message was taken: the lane rests, then goes on, no copies", () =>
  inHouse(async (rig) => {
    await rig.audience(rig.bots[0] as never, 400);
    await Promise.all([rig.start(), rig.work()]);
    const id = await rig.launch();
    await until("it runs", () => arrivals(rig).size > 60);
    rig.telegram.addFault({ kind: "late_status", probability: 0.5 });
    rig.telegram.addFault({ kind: "bad_gateway" });
    await Bun.sleep(4_000);
    rig.telegram.clearFaults();
    await rig.reaches(id, "sent", 40_000);
    const counters = await expectAgreement(rig, id);
    expect(counters.unknown).toBeLessThanOrEqual(40);
    expect(counters.sent + counters.unknown).toBe(400);
  }));

test("F5: Telegram is away for a while: nothing lost, no copies", () =>
  inHouse(async (rig) => {
    await rig.audience(rig.bots[0] as never, 300);
    await Promise.all([rig.start(), rig.work()]);
    const id = await rig.launch();
    await until("it runs", () => arrivals(rig).size > 60);
    await rig.telegram.goDown();
    await Bun.sleep(3_000);
    rig.telegram.comeUp();
    await rig.reaches(id, "sent", 40_000);
    const counters = await expectAgreement(rig, id);
    expect(counters.sent + counters.unknown).toBe(300);
    expect(counters.unknown).toBeLessThanOrEqual(20);
  }));

test("F6: a flood with two processes running: no wait is ignored, everything is delivered, no try is used up", () =>
  inHouse(async (rig) => {
    const [one, two] = rig.bots;
    await rig.audience(one as never, 200);
    await rig.audience(two as never, 200);
    rig.launchProcess();
    rig.launchProcess();
    const id = await rig.launch();
    await until("it runs", () => arrivals(rig).size > 40);
    const flood = rig.telegram.addFault({ kind: "flood", probability: 0.4, retryAfterS: [1, 3] });
    await Bun.sleep(5_000);
    flood.remove();
    await rig.reaches(id, "sent", 40_000);
    expect(flood.struck()).toBeGreaterThan(0);
    for (const bot of rig.bots) expect(rig.telegram.counters(bot.telegramId).ignoredWaits).toBe(0);
    expect((await expectAgreement(rig, id)).sent).toBe(400);
  }, 2));

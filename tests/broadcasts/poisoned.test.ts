/** A broadcast that something in it keeps from going on, beside a healthy one, over real lanes, jobs and the strict stand-in. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { launchBroadcast } from "@backend/modules/broadcasts/actions/launch-broadcast.ts";
import { resumeBroadcast } from "@backend/modules/broadcasts/actions/pause-broadcast.ts";
import { stepOrPause } from "@backend/modules/broadcasts/actions/set-aside.ts";
import { poison } from "@db/testing.ts";
import { createBroadcastRig, expectAgreement, expectInvariant, letterOf, until } from "./rig.ts";

setDefaultTimeout(90_000);
const people = 120;

test("F17: it pauses within five tries with its reason, the healthy one ends, and mended it goes to nobody twice", async () => {
  const rig = await createBroadcastRig();
  try {
    const ids = await rig.audience(rig.bots[0] as never, people);
    const bad = await rig.draft({ name: "Bad", variants: letterOf("bad") });
    const mend = await poison(
      rig.database.db,
      "broadcast_recipients",
      `new.broadcast_id = '${bad}' and new.state = 'sent' and new.telegram_id = ${ids[7]}`,
    );
    await Promise.all([rig.start(), rig.work()]);
    await launchBroadcast(rig.context(), { broadcastId: bad });
    const good = await rig.launch({ name: "Good", variants: letterOf("good") });
    await rig.reaches(good, "sent");
    // The job's own tries have growing pauses between them; these fill them.
    await until("the poisoned one is set aside", async () => {
      const ctx = { ...rig.context(), actor: systemActor(rig.workspaceId) };
      await stepOrPause(ctx, { broadcastId: bad, workspaceId: rig.workspaceId }).catch(() => {});
      return (await rig.read(bad)).state === "paused";
    });
    expect((await rig.read(bad)).stateReason).toBe("broadcasts.paused.stumbled");
    await expectInvariant(rig, bad);
    await until("its launcher hears why", () => rig.news(rig.owner).some((text) => text.includes("fails every time")));
    await mend();
    await resumeBroadcast(rig.context(), { broadcastId: bad });
    await rig.reaches(bad, "sent");
    const counters = await expectAgreement(rig, bad, "bad");
    expect(counters.sent).toBe(people);
    for (const id of ids) expect(rig.texts(rig.bots[0] as never, id).toSorted()).toEqual(["bad", "good"]);
  } finally {
    await rig.stop();
  }
});

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Push } from "./flow-api.ts";
import { FlowServer, flowOf, openRig, pushOf, type Rig } from "./testing.tsx";

let rig: Rig;
let screen: typeof import("./flow-pushes.screen.tsx");
beforeAll(async () => {
  rig = await openRig();
  screen = await import("./flow-pushes.screen.tsx");
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

async function open(items: Push[], permissions?: ["campaigns.read"]) {
  const server = new FlowServer(flowOf());
  server.answers.set("GET flows/f1/pushes", () => ({ items }));
  const path = "/campaigns/flows/f1/pushes";
  await rig.show(server, path, "/campaigns/flows/:flowId/pushes", screen.default, permissions);
  return server;
}
const done = pushOf({ state: "done", canUndo: true });

test("each push says who, what it changed and how it ended", async () => {
  await open([done, pushOf({ id: "p0", state: "failed", problem: "The key was revoked.", requestedBy: "Ihor" })]);
  expect(rig.text()).toContain("Olena");
  expect(rig.text()).toContain("Was 40%, now 60%");
  expect(rig.text()).toContain("Pushed");
  expect(rig.text()).toContain("The key was revoked.");
});

test("one whose snapshot lives can be taken back, by those who may push", async () => {
  const server = await open([done]);
  server.answers.set("POST flows/f1/pushes/p1/undo", () => flowOf({ push: pushOf({ id: "p2", isUndo: true }) }));
  await rig.tap(rig.named("Take it back"));
  expect(server.writes().map(({ what }) => what)).toEqual(["POST flows/f1/pushes/p1/undo"]);
  await rig.clear();
  await open([done], ["campaigns.read"]);
  expect(rig.text()).not.toContain("Take it back");
});

test("without pushes says what will be here", async () => {
  await open([]);
  expect(rig.text()).toContain("Nothing was pushed yet");
});

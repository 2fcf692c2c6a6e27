import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { demoWorld } from "../keitaro/demo-world.ts";
import { startKeitaroStandIn } from "../keitaro/index.ts";
import { trackerPanel } from "../keitaro/panel.ts";
import { type Bot, startTelegramStandIn, type TelegramStandIn } from "../telegram/index.ts";
import type { ChatSummary, PanelFlow, ShownMessage, SimulatorState } from "./contracts.ts";
import { type SimulatorOptions, simulatorHandler, simulatorRoutes } from "./index.ts";

const ORIGIN = "http://localhost:3000";
const ANN = 700_000_001;
const BEA = 700_000_002;
let telegram: TelegramStandIn;
let bot: Bot;
let fired: string[];

beforeEach(async () => {
  telegram = await startTelegramStandIn({ preCheckoutMs: 30 });
  bot = telegram.addBot({ username: "demo_bot", firstName: "Demo" });
  telegram.people.addPerson({ id: ANN, firstName: "Анна", lastName: "Мельник", languageCode: "uk" });
  telegram.people.addPerson({ id: BEA, firstName: "Bea" });
  fired = [];
});
afterEach(() => telegram.stop());

const options = (): SimulatorOptions => ({
  isEnabled: true,
  pageFolder: "/nowhere",
  people: [
    { id: ANN, role: "owner" },
    { id: BEA, role: null },
  ],
  postbackAddress: () => `${ORIGIN}/in/secret`,
  firePostback: async ({ method, query }) => {
    fired.push(`${method} ${query}`);
    return { status: 200, body: "ok" };
  },
});

function client(handle = simulatorHandler(telegram, options())) {
  const ask = async (path: string, init?: RequestInit) => {
    const response = await handle(new Request(`${ORIGIN}/simulator/api/${path}`, init));
    return { status: response.status, body: await response.json().catch(() => null) };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  return { ask, post, handle };
}

test("everything is refused unless it is enabled", async () => {
  const handle = simulatorHandler(telegram, { ...options(), isEnabled: false });
  for (const path of ["/simulator", "/simulator/api/state", "/simulator/assets/a.js"])
    expect((await handle(new Request(`${ORIGIN}${path}`))).status).toBe(404);
});

test("as a plugin it answers at the same addresses, and its routes declare who may call", async () => {
  const app = simulatorRoutes(telegram, options());
  expect((await app.handle(new Request(`${ORIGIN}/simulator/api/state`))).status).toBe(200);
  expect(app.routes.every((route) => (route.hooks.detail as Record<string, unknown>)["x-access"] === "public")).toBe(
    true,
  );
});

test("other pages in the browser cannot act", async () => {
  const { post } = client();
  const foreign = { origin: "https://evil.example" };
  expect((await post(`people/${ANN}/bots/${bot.user.id}/start`, {}, foreign)).status).toBe(403);
  expect((await post(`people/${ANN}/bots/${bot.user.id}/start`, {}, { "sec-fetch-site": "cross-site" })).status).toBe(
    403,
  );
});

test("only the people of the sandbox exist", async () => {
  telegram.people.addPerson({ id: 5, firstName: "Stranger" });
  expect((await client().ask("people/5/chats")).status).toBe(404);
});

test("the state names people with their roles, bots and the postback address", async () => {
  const { body } = await client().ask(`state?person=${ANN}`);
  expect(body as SimulatorState).toMatchObject({
    people: [
      { id: ANN, name: "Анна Мельник", role: "owner", languageCode: "uk" },
      { id: BEA, role: null },
    ],
    bots: [{ id: bot.user.id, name: "Demo", menuButton: null }],
    postbackAddress: `${ORIGIN}/in/secret`,
    hasPanel: false,
    canReset: false,
  });
});

test("Start opens the chat, text goes to the bot, and its messages are listed", async () => {
  const { ask, post } = client();
  const chats = async () => (await ask(`people/${ANN}/chats`)).body as ChatSummary[];
  expect(await chats()).toMatchObject([{ id: bot.user.id, type: "private", isStarted: false }]);
  await post(`people/${ANN}/bots/${bot.user.id}/start`, { payload: "ref_1" });
  await post(`people/${ANN}/chats/${bot.user.id}/messages`, { text: "hello" });
  expect(await chats()).toMatchObject([{ isStarted: true, last: { text: "hello" } }]);
  const messages = (await ask(`people/${ANN}/chats/${bot.user.id}`)).body as ShownMessage[];
  expect(messages.map(({ text }) => text)).toEqual(["/start ref_1", "hello"]);
});

test("a person sees only chats they are in, and writes only where they may", async () => {
  const { ask, post } = client();
  const channel = telegram.people.addChat({ type: "channel", title: "News", ownerId: ANN, memberIds: [BEA] });
  const secret = telegram.people.addChat({ type: "supergroup", title: "Team", ownerId: ANN });
  expect((await ask(`people/${BEA}/chats/${secret.id}`)).status).toBe(404);
  expect((await post(`people/${BEA}/chats/${channel.id}/messages`, { text: "hi" })).status).toBe(403);
  expect((await post(`people/${ANN}/chats/${channel.id}/messages`, { text: "hi" })).status).toBe(200);
});

describe("opening the app", () => {
  const launch = async (input: object) => {
    const { body } = await client().post(`people/${ANN}/bots/${bot.user.id}/app`, { platform: "ios", ...input });
    const url = new URL((body as { url: string }).url, ORIGIN);
    return { url, hash: new URLSearchParams(url.hash.slice(1)) };
  };

  test("gives an address on this origin with launch data signed for the bot", async () => {
    const { url, hash } = await launch({
      url: `https://elsewhere.example/app/${bot.user.id}/conversions/12`,
      startParam: "c_12",
    });
    expect(`${url.origin}${url.pathname}`).toBe(`${ORIGIN}/app/${bot.user.id}/conversions/12`);
    expect(url.searchParams.get("tgWebAppStartParam")).toBe("c_12");
    const fields = new Map(new URLSearchParams(hash.get("tgWebAppData") ?? ""));
    const mac = fields.get("hash") ?? "";
    fields.delete("hash");
    const lines = [...fields]
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join("\n");
    const secret = createHmac("sha256", "WebAppData").update(bot.token).digest();
    expect(createHmac("sha256", secret).update(lines).digest("hex")).toBe(mac);
    expect(JSON.parse(fields.get("user") ?? "")).toMatchObject({ id: ANN, first_name: "Анна", language_code: "uk" });
    expect(fields.get("start_param")).toBe("c_12");
    expect(hash.get("tgWebAppPlatform")).toBe("ios");
  });

  test("refuses addresses that are not the app's", async () => {
    const { status } = await client().post(`people/${ANN}/bots/${bot.user.id}/app`, {
      platform: "ios",
      url: "/simulator",
    });
    expect(status).toBe(422);
  });

  test("uses the language the person chose last", async () => {
    await client().post(`people/${ANN}/language`, { languageCode: "ru" });
    const { hash } = await launch({});
    const user = new URLSearchParams(hash.get("tgWebAppData") ?? "").get("user") ?? "";
    expect(JSON.parse(user).language_code).toBe("ru");
  });
});

test("a postback is carried on unchanged, and its answer comes back", async () => {
  const { body } = await client().post("postback", { method: "GET", query: "subid=%7Bsubid%7D&name=%CF%F0" });
  expect(fired).toEqual(["GET subid=%7Bsubid%7D&name=%CF%F0"]);
  expect(body).toMatchObject({ status: 200, body: "ok" });
});

test("somebody changes a flow in the tracker's panel, and the tracker has it", async () => {
  const tracker = startKeitaroStandIn({ world: demoWorld() });
  const { ask, post } = client(simulatorHandler(telegram, { ...options(), panel: trackerPanel(tracker) }));
  expect((await ask("state")).body).toMatchObject({ hasPanel: true });
  const flows = (await ask("panel")).body as PanelFlow[];
  // Those that carry offers, in campaigns that are not archived.
  expect(flows.map(({ id }) => id)).toContain(5002);
  for (const id of [5001, 5004, 5900]) expect(flows.map((flow) => flow.id)).not.toContain(id);
  const act = async (deed: string) => {
    const { body } = await post("panel", { flowId: 5002, deed });
    return (body as PanelFlow).offers.map(({ id, share, isActive }) => [id, isActive ? share : -share]);
  };
  expect(await act("move_share")).toEqual([
    [101, 30],
    [102, 35],
    [103, 35],
  ]);
  expect(await act("add_offer")).toHaveLength(4);
  expect((await act("switch_offer")).at(-1)?.[1]).toBe(-10);
  expect((await act("switch_offer")).at(-1)?.[1]).toBe(10);
  expect(await act("remove_offer")).toHaveLength(3);
  expect(tracker.world.flows.get(5002)?.offers.map(({ share }) => share)).toEqual([30, 35, 35]);
  expect((await post("panel", { flowId: 5002, deed: "burn" })).status).toBe(422);
  expect((await post("panel", { flowId: 1, deed: "move_share" })).status).toBe(404);
  await tracker.stop();
});

test("an invoice nobody agrees to is not paid", async () => {
  const { post } = client();
  telegram.world.invoices.set("inv", {
    slug: "inv",
    botId: bot.user.id,
    title: "Start",
    description: "30 days",
    start_parameter: "",
    currency: "XTR",
    total_amount: 5,
    payload: "o1",
  });
  expect((await post(`people/${ANN}/pay`, { slug: "inv" })).body).toMatchObject({ status: "failed" });
});

test("the stream tells a person what changed for them, and nothing of others", async () => {
  const { handle } = client();
  const abort = new AbortController();
  const request = new Request(`${ORIGIN}/simulator/api/people/${ANN}/events`, { signal: abort.signal });
  const reader = (await handle(request)).body?.getReader();
  telegram.people.start(bot.user.id, BEA);
  telegram.people.start(bot.user.id, ANN);
  let seen = "";
  while (!seen.includes("data:")) seen += new TextDecoder().decode((await reader?.read())?.value);
  abort.abort();
  expect(seen.match(/data: .*/g)).toEqual([`data: {"kind":"chat","chatId":0}`]);
});

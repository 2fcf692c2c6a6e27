/** What sandbox mode adds to a running product: the simulator's page, demo data, and what the terminal tells a newcomer. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ActionContext } from "@backend/kit/context.ts";
import type { Sandbox } from "@sandbox/index.ts";
import { trackerPanel } from "@sandbox/keitaro/panel.ts";
import { recallMessages } from "@sandbox/recall.ts";
import { connectDemoBots, demoAddress, seedDemo } from "@sandbox/seed.ts";
import { openClub, recallAccesses } from "@sandbox/seed-access.ts";
import { introduceAudience, seedAudience } from "@sandbox/seed-audience.ts";
import { seedSequences } from "@sandbox/seed-sequences.ts";
import { simulatorRoutes } from "@sandbox/simulator/index.ts";
import { connectDemoLog, loggedFrom } from "@sandbox/tracker-log.ts";
import { demoWorkerKey } from "@sandbox/worker/employ.ts";
import { sandboxPeople, sandboxSpareBot } from "@sandbox/world.ts";
import type { Config } from "./config.ts";
import { appLinks, type Ports, type Runtime } from "./container.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The demo team's payment providers as the environment would name them. They tell of payments at the addresses that mean the first
 * workspace's, from this machine.
 */
export function sandboxProviders(
  { cryptoPay, yookassa }: Sandbox,
  publicUrl: string,
): Pick<Config, "cryptoPay" | "yookassa"> {
  cryptoPay.webhookUrl = `${publicUrl}/webhook/cryptobot`;
  yookassa.notificationUrl = `${publicUrl}/payment_notification`;
  const { url: apiUrl, shopId, secretKey } = yookassa;
  return {
    cryptoPay: { token: cryptoPay.token, apiUrl: cryptoPay.url },
    yookassa: { shopId, secretKey, apiUrl, networks: ["127.0.0.1", "::1"] },
  };
}

/** The simulator over this sandbox. Its postback panel calls the product over HTTP, as a tracker would. */
export function simulatorOf(sandbox: Sandbox, runtime: Runtime, workspaceId: string) {
  const context = () => runtime.contextFor(runtime.actorFor(workspaceId), "simulator") as ActionContext<Ports>;
  return simulatorRoutes(sandbox.telegram, {
    isEnabled: runtime.config.sandbox,
    pageFolder: join(root, "dist/simulator"),
    people: Object.values(sandboxPeople).map(({ id, role }) => ({ id, role })),
    panel: trackerPanel(sandbox.keitaro),
    wallet: { username: "CryptoTestnetBot", pages: `${sandbox.cryptoPay.url}/invoices/` },
    postbackAddress: () => demoAddress(context()),
    async firePostback({ method, query }) {
      const address = await demoAddress(context());
      if (!address) return { status: 404, body: "There is no connection to call." };
      // A tracker logs what it tells.
      const logged = loggedFrom(query, new Date());
      if (logged) sandbox.keitaro.load([logged]);
      const isGet = method === "GET";
      const response = await fetch(isGet ? `${address}?${query}` : address, {
        method,
        ...(isGet ? {} : { body: query, headers: { "content-type": "application/x-www-form-urlencoded" } }),
      });
      const body = await response.text();
      sandbox.keitaro.noteSent(`[${method}] ${address}?${query} -> ${response.status} ${body.slice(0, 200)}`);
      return { status: response.status, body };
    },
  });
}

/** Brings the invented people together and writes the demo data, the first time with everything that happens in life. */
export async function enliven(sandbox: Sandbox, runtime: Runtime, workspaceId: string): Promise<void> {
  const ctx = runtime.contextFor(runtime.actorFor(workspaceId), "demo-data") as ActionContext<Ports>;
  const isFirst = (await demoAddress(ctx)) === null;
  sandbox.meet(isFirst);
  if (isFirst) {
    await connectDemoBots(ctx);
    await seedAudience(ctx);
    await seedDemo(ctx);
    await openClub(ctx);
  } else {
    await recallMessages(ctx.db, sandbox.telegram, appLinks(runtime.config.publicUrl));
    await recallAccesses(ctx.db, sandbox.telegram);
  }
  await introduceAudience(ctx.db, sandbox.telegram);
  await connectDemoLog(ctx, sandbox.keitaro, isFirst);
  if (isFirst) await seedSequences(ctx);
  // By the address on this machine: the public one may lead through a tunnel that is not up yet.
  sandbox.worker.employ({ base: `http://127.0.0.1:${runtime.config.port}`, key: await demoWorkerKey(ctx) });
}

/** The last lines of `npm start` in the sandbox. */
export async function greeting(runtime: Runtime, workspaceId: string, botId: string): Promise<string> {
  const { publicUrl } = runtime.config;
  const address = await demoAddress(
    runtime.contextFor(runtime.actorFor(workspaceId), "greeting") as ActionContext<Ports>,
  );
  return [
    "",
    "  Switchboard runs in the sandbox: no BOT_TOKEN is set, so Telegram and the tracker are stand-ins on this machine.",
    "",
    `  Simulator   ${publicUrl}/simulator        a Telegram with the bot, a team and the app in it`,
    `  Mini App    ${publicUrl}/app/${botId}/    opens from the simulator, signed in as whoever you are there`,
    `  API         ${publicUrl}/openapi`,
    `  A spare bot ${sandboxSpareBot.token}    connect it in the app: Control → Bots → Connect a bot`,
    "",
    ...(address
      ? [
          "  Fire a postback and watch it arrive in the chat «Traffic team»:",
          "",
          `  curl "${address}?subid=click-$(date +%s)&status=deposit&conversion_revenue=120.50&currency=USD&campaign_name=My+first+campaign&country=UA&sub_id_1=me"`,
          "",
        ]
      : []),
  ].join("\n");
}

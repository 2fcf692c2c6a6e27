/** `npm start` as a newcomer types it: the sandbox with a database of its own. */
import { fileURLToPath } from "node:url";
import { signInitData } from "@sandbox/telegram/index.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
import { freePort } from "../tests/free-port.ts";
import { until } from "./row.ts";

const command = fileURLToPath(new URL("../scripts/run.mjs", import.meta.url));

export interface SandboxRun {
  url: string;
  /** From the command until /ready answers 200. */
  readyMs: number;
  /** Until the terminal tells the addresses: demo data are written by then. */
  greetedMs: number;
  greeting: string;
  stop(): Promise<void>;
}

/** Throws when the command ends instead of listening. The bundles must be built already, or building counts. */
export async function startSandbox(dataDir: string): Promise<SandboxRun> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = Bun.spawn([process.execPath, command, "start"], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: "error",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  let greeting = "";
  let greetedMs = Number.NaN;
  const listening = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      greeting += decoder.decode(chunk, { stream: true });
      if (Number.isNaN(greetedMs) && greeting.includes("/app/")) greetedMs = performance.now() - startedAt;
    }
  })();
  const isReady = () =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}`);
    await Bun.sleep(5);
  }
  const readyMs = performance.now() - startedAt;
  await until("the greeting", () => !Number.isNaN(greetedMs));
  return {
    url,
    readyMs,
    greetedMs,
    greeting,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
      await listening;
    },
  };
}

/** Builds what is not built, so that a start afterwards only starts. */
export async function build(): Promise<void> {
  const child = Bun.spawn([process.execPath, command, "build"], { stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error("the bundles could not be built");
}

/** The demo workspace's owner: addresses of screens as Telegram opens them, and the headers of his calls. */
export function ownersApp({ url, greeting }: Pick<SandboxRun, "url" | "greeting">) {
  const botId = /\/app\/([0-9a-f-]{36})\//.exec(greeting)?.[1];
  if (!botId) throw new Error("the greeting names no address of the Mini App");
  const { id, firstName, lastName, username, languageCode } = sandboxPeople.owner;
  const user = { id, first_name: firstName, last_name: lastName, username, language_code: languageCode };
  const initData = signInitData(sandboxBot.token, { user });
  const launch = new URLSearchParams({
    tgWebAppData: initData,
    tgWebAppVersion: "9.1",
    tgWebAppPlatform: "android",
    tgWebAppThemeParams: "{}",
  });
  return {
    /** Launch parameters stand behind the hash. `path`: "campaigns", without a slash before it. */
    address: (path: string) => `${url}/app/${botId}/${path}#${launch}`,
    headers: { authorization: `tma ${initData}`, "x-bot": botId },
  };
}

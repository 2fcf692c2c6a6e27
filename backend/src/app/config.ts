/** The only reader of the environment. Everything is checked once, at start, and every problem is named at once. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { addressList } from "@backend/kit/address.ts";
import { randomToken } from "@backend/kit/crypto.ts";

export const roleNames = ["api", "worker", "bot"] as const;
export type RoleName = (typeof roleNames)[number];

export interface Config {
  /** No BOT_TOKEN: stand-ins of the outside world on loopback, demo data, /simulator. */
  sandbox: boolean;
  roles: ReadonlySet<RoleName>;
  host: string;
  port: number;
  /** Address under which Telegram and trackers reach us, without a trailing slash. */
  publicUrl: string;
  databaseUrl: string | null;
  dataDir: string;
  secretsKey: string;
  botToken: string | null;
  telegramApiRoot: string;
  botMode: "polling" | "webhook";
  adminTelegramIds: number[];
  adminChannelId: number | null;
  openWorkspaces: boolean;
  trustedProxies: string[];
  corsOrigins: string[];
  metricsToken: string | null;
  logLevel: string;
  initDataMaxAgeSec: number;
  /** Postbacks per second and connection: sustained, and in a burst. */
  intake: { perSecond: number; burst: number };
  poolSize: number;
  jobConcurrency: number;
  inboxKeepDays: number;
  deliveriesKeepDays: number;
  /** Calls to addresses that people gave us may go to private and loopback networks. */
  outboundAllowPrivate: boolean;
  /** What the first workspace's payment connections are made of when the app has none. */
  cryptoPay: { token: string | null; apiUrl: string };
  yookassa: { shopId: string | null; secretKey: string | null; apiUrl: string; networks: string[] };
  /** Where new tasks are also pushed to, besides being asked for. */
  mainBot: { apiUrl: string; apiKey: string } | null;
  /** Calls of one key to the workers' door. */
  workerCallsPerMinute: number;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
  }
}

/** Every variable that is read, with the line that .env.example shows. */
export const variables = {
  BOT_TOKEN: "token of the platform bot from @BotFather; without it the sandbox starts",
  TELEGRAM_API_ROOT: "address of the Bot API server (https://api.telegram.org)",
  BOT_MODE: "polling or webhook (polling)",
  PUBLIC_URL: "https address of this installation; needed for webhooks, for Mini App buttons and in postback addresses",
  HOST: "address to listen on (127.0.0.1 in the sandbox, otherwise 0.0.0.0)",
  PORT: "port to listen on (3000)",
  DATABASE_URL: "PostgreSQL 14 to 18; without it an embedded one runs under DATA_DIR",
  DATA_DIR: "folder for the embedded database and generated keys (.data)",
  DATABASE_POOL: "database connections of one process (12)",
  ROLE: "api, worker, bot or a comma list (all three)",
  SECRETS_KEY: "seals tokens and keys at rest; at least 32 characters, comma list to rotate, newest first",
  ADMIN_TELEGRAM_IDS: "comma list of Telegram ids; the first becomes owner of the first workspace",
  ADMIN_CHANNEL_ID: "chat that receives the alerts of this installation",
  OPEN_WORKSPACES: "true lets any person create a workspace (false)",
  TRUSTED_PROXIES: "comma list of addresses or networks whose X-Forwarded-For is believed",
  CORS_ORIGINS: "comma list of other origins that may call the API from a browser",
  METRICS_TOKEN: "when set, /metrics asks for it as a Bearer token",
  LOG_LEVEL: "debug, info, warn or error (info)",
  INIT_DATA_MAX_AGE: "seconds for which an opened Mini App stays signed in (86400)",
  INTAKE_PER_SECOND: "postbacks per second and connection (50)",
  INTAKE_BURST: "postbacks that may come at once above that (500)",
  JOB_CONCURRENCY: "jobs at once in one worker (8)",
  INBOX_KEEP_DAYS: "days that received calls are kept (90)",
  DELIVERIES_KEEP_DAYS: "days that finished deliveries are kept (180)",
  OUTBOUND_ALLOW_PRIVATE:
    "true lets trackers be called in private networks and on this machine (false; true in the sandbox)",
  CRYPTO_PAY_TOKEN: "token of a Crypto Pay app (@CryptoBot) for the first workspace; connecting it in the app wins",
  CRYPTO_PAY_API_URL:
    "address of Crypto Pay (https://pay.crypt.bot; https://testnet-pay.crypt.bot is the test network)",
  YOOKASSA_SHOP_ID: "shop id of YooKassa for the first workspace; connecting it in the app wins",
  YOOKASSA_SECRET_KEY: "secret key of that shop",
  YOOKASSA_API_URL: "address of YooKassa (https://api.yookassa.ru/v3)",
  YOOKASSA_NETWORKS: "comma list of networks that YooKassa's notifications may come from (its published ones)",
  MAIN_BOT_API_URL: "address of an outside worker that new posts are pushed to; without it workers ask for them",
  MAIN_BOT_API_KEY: "key that this worker is called with, as a Bearer token",
  WORKER_CALLS_PER_MINUTE: "calls per minute that one worker's key may make (100)",
} as const;

type Environment = Record<string, string | undefined>;

/** Reads, checks and completes the environment. Throws ConfigError with all problems. Makes DATA_DIR and its key file when they are needed. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const text = (name: keyof typeof variables) => env[name]?.trim() || null;
  const list = (name: keyof typeof variables) =>
    (text(name) ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  const integer = (name: keyof typeof variables, fallback: number, min: number, max: number) => {
    const raw = text(name);
    if (raw === null) return fallback;
    const value = Number(raw);
    if (/^\d+$/.test(raw) && value >= min && value <= max) return value;
    problems.push(`${name} must be a whole number from ${min} to ${max}, not "${raw}".`);
    return fallback;
  };
  const oneOf = <T extends string>(name: keyof typeof variables, allowed: readonly T[], fallback: T): T => {
    const raw = text(name);
    if (raw === null) return fallback;
    const found = allowed.find((value) => value === raw.toLowerCase());
    if (!found) problems.push(`${name} must be one of ${allowed.join(", ")}, not "${raw}".`);
    return found ?? fallback;
  };
  const url = (name: keyof typeof variables, fallback: string | null) => {
    const raw = text(name);
    if (raw === null) return fallback;
    const parsed = URL.canParse(raw) ? new URL(raw) : null;
    if (!parsed || !/^https?:$/.test(parsed.protocol))
      problems.push(`${name} must be an http or https address, not "${raw}".`);
    return raw.replace(/\/+$/, "");
  };
  const networks = (name: keyof typeof variables) => {
    const entries = list(name);
    try {
      addressList(entries);
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}.`);
    }
    return entries;
  };
  const telegramId = (name: string, raw: string): number | null => {
    const value = Number(raw);
    if (/^-?\d+$/.test(raw) && Number.isSafeInteger(value)) return value;
    problems.push(`${name} must hold Telegram ids (whole numbers), not "${raw}".`);
    return null;
  };

  const botToken = text("BOT_TOKEN");
  const sandbox = botToken === null;
  if (botToken && !/^\d+:[A-Za-z0-9_-]{30,}$/.test(botToken))
    problems.push("BOT_TOKEN does not look like a token from @BotFather (digits, a colon, letters).");

  const roles = new Set<RoleName>();
  for (const name of list("ROLE")) {
    const found = roleNames.find((role) => role === name.toLowerCase());
    if (found) roles.add(found);
    else problems.push(`ROLE must be made of ${roleNames.join(", ")}, not "${name}".`);
  }
  if (roles.size === 0) for (const role of roleNames) roles.add(role);

  const databaseUrl = text("DATABASE_URL");
  if (databaseUrl && !(URL.canParse(databaseUrl) && /^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)))
    problems.push("DATABASE_URL must look like postgres://user:password@host:5432/name.");
  if (!databaseUrl && roles.size < roleNames.length)
    problems.push("ROLE splits the work over processes, which needs a DATABASE_URL that all of them reach.");

  const port = integer("PORT", 3000, 1, 65_535);
  const host = text("HOST") ?? (sandbox ? "127.0.0.1" : "0.0.0.0");
  const publicUrl = url("PUBLIC_URL", null) ?? `http://localhost:${port}`;
  const botMode = oneOf("BOT_MODE", ["polling", "webhook"], "polling");
  if (botMode === "webhook" && !sandbox && !publicUrl.startsWith("https://"))
    problems.push("BOT_MODE=webhook needs PUBLIC_URL with https: Telegram calls no other address.");
  if (sandbox && !["127.0.0.1", "localhost", "::1"].includes(host))
    problems.push(
      `HOST=${host} without BOT_TOKEN would show the sandbox, which signs anyone in, to the network. Set BOT_TOKEN, or listen on 127.0.0.1.`,
    );

  const adminTelegramIds = list("ADMIN_TELEGRAM_IDS")
    .map((raw) => telegramId("ADMIN_TELEGRAM_IDS", raw))
    .filter((id) => id !== null);
  if (!sandbox && adminTelegramIds.length === 0)
    problems.push(
      "ADMIN_TELEGRAM_IDS is empty: nobody could own the first workspace. Put your Telegram id there (@userinfobot tells it).",
    );
  const adminChannel = text("ADMIN_CHANNEL_ID");

  const dataDir = resolve(text("DATA_DIR") ?? ".data");
  const givenKey = text("SECRETS_KEY");
  for (const part of givenKey?.split(",") ?? [])
    if (part.trim().length < 32 || /^(.)\1*$/.test(part.trim()))
      problems.push("SECRETS_KEY must be at least 32 random characters (try: openssl rand -base64 32).");
  if (!givenKey && databaseUrl && !sandbox)
    problems.push(
      "SECRETS_KEY is missing. With DATABASE_URL every process must be given the same one (try: openssl rand -base64 32).",
    );

  const mainBotUrl = url("MAIN_BOT_API_URL", null);
  const mainBotKey = text("MAIN_BOT_API_KEY");
  if ((mainBotUrl === null) !== (mainBotKey === null))
    problems.push("MAIN_BOT_API_URL and MAIN_BOT_API_KEY belong together: set both or neither.");
  if ((text("YOOKASSA_SHOP_ID") === null) !== (text("YOOKASSA_SECRET_KEY") === null))
    problems.push("YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY belong together: set both or neither.");

  const config: Omit<Config, "secretsKey"> = {
    sandbox,
    roles,
    host,
    port,
    publicUrl,
    databaseUrl,
    dataDir,
    botToken,
    telegramApiRoot: url("TELEGRAM_API_ROOT", null) ?? "https://api.telegram.org",
    botMode,
    adminTelegramIds,
    adminChannelId: adminChannel ? telegramId("ADMIN_CHANNEL_ID", adminChannel) : null,
    openWorkspaces: oneOf("OPEN_WORKSPACES", ["true", "false"], "false") === "true",
    trustedProxies: networks("TRUSTED_PROXIES"),
    corsOrigins: list("CORS_ORIGINS"),
    metricsToken: text("METRICS_TOKEN"),
    logLevel: oneOf("LOG_LEVEL", ["debug", "info", "warn", "error"], "info"),
    initDataMaxAgeSec: integer("INIT_DATA_MAX_AGE", 86_400, 60, 86_400),
    intake: {
      perSecond: integer("INTAKE_PER_SECOND", 50, 1, 100_000),
      burst: integer("INTAKE_BURST", 500, 1, 1_000_000),
    },
    poolSize: integer("DATABASE_POOL", 12, 3, 200),
    jobConcurrency: integer("JOB_CONCURRENCY", 8, 1, 100),
    inboxKeepDays: integer("INBOX_KEEP_DAYS", 90, 1, 3_650),
    deliveriesKeepDays: integer("DELIVERIES_KEEP_DAYS", 180, 1, 3_650),
    cryptoPay: { token: text("CRYPTO_PAY_TOKEN"), apiUrl: url("CRYPTO_PAY_API_URL", null) ?? "https://pay.crypt.bot" },
    yookassa: {
      shopId: text("YOOKASSA_SHOP_ID"),
      secretKey: text("YOOKASSA_SECRET_KEY"),
      apiUrl: url("YOOKASSA_API_URL", null) ?? "https://api.yookassa.ru/v3",
      networks: networks("YOOKASSA_NETWORKS"),
    },
    workerCallsPerMinute: integer("WORKER_CALLS_PER_MINUTE", 100, 1, 1_000_000),
    mainBot: mainBotUrl && mainBotKey ? { apiUrl: mainBotUrl, apiKey: mainBotKey } : null,
    outboundAllowPrivate: oneOf("OUTBOUND_ALLOW_PRIVATE", ["true", "false"], sandbox ? "true" : "false") === "true",
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, secretsKey: givenKey ?? generatedKey(dataDir) };
}

/** For the embedded database: a key made once, readable by us alone, kept beside the data it opens (and so in no backup of the database). */
function generatedKey(dataDir: string): string {
  const file = join(dataDir, "secrets.key");
  if (!existsSync(file)) {
    // Others may enter but not look: the database of a root installation runs as another user, in a folder of its own.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    writeFileSync(file, randomToken(32), { mode: 0o600, flag: "wx" });
  }
  return readFileSync(file, "utf8").trim();
}

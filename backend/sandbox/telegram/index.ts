/**
 * A strict stand-in of the Telegram Bot API on loopback, in one process and in memory: limits, error texts, updates,
 * webhooks, payments and faults as the real service shows them. Tests and sandbox mode use it; nothing here leaves the
 * machine. People's deeds are in `people`, scripted trouble in `faults`, numbers to assert on in `counters`.
 */
import { type FaultRule, FaultScript, seededRandom } from "./faults.ts";
import type { StandInEvent } from "./journal.ts";
import { type BotCounters, type Limits, STRICT_LIMITS } from "./limits.ts";
import { Params } from "./params.ts";
import { People } from "./people.ts";
import { BotApiServer } from "./server.ts";
import type { TgUser } from "./types.ts";
import { WebhookDelivery } from "./webhooks.ts";
import { type AcceptedMessage, type Bot, World } from "./world.ts";

export type { PaymentOutcome } from "./cashier.ts";
export type { FaultKind, FaultRule } from "./faults.ts";
export { type InitDataFields, signInitData } from "./init-data.ts";
export type { StandInEvent } from "./journal.ts";
export { type BotCounters, type Limits, STRICT_LIMITS } from "./limits.ts";
export type { NewChat, NewPerson, People } from "./people.ts";
export type * from "./types.ts";
export type { AcceptedMessage, Bot, World } from "./world.ts";

export interface StandInOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Loopback by default. */
  hostname?: string;
  limits?: Partial<Limits>;
  /** Milliseconds; the clock of limits, dates and expiries. Long polls and pauses run in real time. */
  now?: () => number;
  /** Multiplies the pauses between webhook attempts; 1 by default, the real schedule. */
  webhookRetryScale?: number;
  /** How long a bot may think about a pre-checkout query, milliseconds; 10 000 by default. */
  preCheckoutMs?: number;
  /** Everything random is drawn from it. */
  seed?: number;
  /** Where update ids begin. A stand-in that comes back for the same database must begin above its last. */
  firstUpdateId?: number;
}

export interface NewBot {
  /** `<id>:<secret>`; made up when left out. */
  token?: string;
  username: string;
  firstName?: string;
  hearsEverything?: boolean;
  canManageBots?: boolean;
}

export interface TelegramStandIn {
  /** Address for `apiRoot`, without a slash at the end. */
  readonly apiRoot: string;
  readonly port: number;
  readonly people: People;
  /** The state itself, for the simulator and for assertions that nothing else offers. */
  readonly world: World;
  addBot(bot: NewBot): Bot;
  /** A person makes a bot that another one manages, as the button for it does: that one is told, and may ask for the token. */
  createManagedBot(managerId: number, personId: number, bot: NewBot): Bot;
  /** Makes a token useless: every call answers 401. */
  revokeToken(botId: number): void;
  addFault(rule: FaultRule): { remove(): void; struck(): number };
  clearFaults(): void;
  /** Closes the port: connections are refused until `comeUp`. */
  goDown(): Promise<void>;
  comeUp(): void;
  counters(botId: number): BotCounters;
  /** Starts counting afresh; paces and waits are forgotten too. */
  resetCounters(botId: number): void;
  /** Messages the bot got out, oldest first; an album's items one by one. */
  acceptedMessages(botId: number): readonly AcceptedMessage[];
  /** How many files a bot sent as bytes. */
  uploads(botId: number): number;
  /** Makes every file id of a bot useless, as Telegram may. */
  revokeFiles(botId: number): void;
  /** How often a method was called with a good token. */
  calls(method: string): number;
  subscribe(watcher: (event: StandInEvent) => void): () => void;
  events(): AsyncGenerator<StandInEvent>;
  stop(): Promise<void>;
}

/** Starts the stand-in and listens. Stop it when done: it holds a port and timers. */
export async function startTelegramStandIn(options: StandInOptions = {}): Promise<TelegramStandIn> {
  const seed = options.seed ?? 1;
  const faults = new FaultScript(seededRandom(seed ^ 0x9e3779b9));
  const world = new World(
    options.now ?? Date.now,
    { ...STRICT_LIMITS, ...options.limits },
    faults,
    seed,
    options.firstUpdateId,
  );
  const people = new People(world, options.preCheckoutMs ?? 10_000);
  const server = new BotApiServer(world, options.hostname ?? "127.0.0.1", options.port ?? 0);
  server.listen();

  return {
    get apiRoot() {
      return server.root;
    },
    get port() {
      return server.port;
    },
    people,
    world,
    addBot: (input) => addBot(world, server, input, options.webhookRetryScale ?? 1),
    createManagedBot(managerId, personId, input) {
      const manager = world.bot(managerId);
      if (!manager.canManageBots) throw new Error(`bot ${managerId} may not manage bots`);
      const bot = addBot(world, server, input, options.webhookRetryScale ?? 1);
      bot.managedBy = { botId: managerId, personId };
      people.tellOfManagedBot(manager, personId, bot.user);
      return bot;
    },
    revokeToken: (botId) => {
      world.bot(botId).isRevoked = true;
    },
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    goDown: () => server.stop(),
    comeUp: () => server.listen(),
    counters: (botId) => world.bot(botId).meter.counters(),
    resetCounters: (botId) => {
      const bot = world.bot(botId);
      bot.meter = world.newMeter();
      bot.accepted = [];
    },
    acceptedMessages: (botId) => world.bot(botId).accepted,
    uploads: (botId) => server.files.uploads.get(botId) ?? 0,
    revokeFiles: (botId) => server.files.forgetAll(botId),
    calls: (method) => server.calls(method),
    subscribe: (watcher) => world.journal.subscribe(watcher),
    events: () => world.journal.events(),
    stop: async () => {
      for (const bot of world.bots.values()) {
        bot.webhook.stop();
        bot.queue.terminatePoller();
      }
      await server.stop();
    },
  };
}

const REPLY_REFUSED = /^(get|setwebhook|deletewebhook|close|logout)/i;

function addBot(world: World, server: BotApiServer, input: NewBot, retryScale: number): Bot {
  const id = input.token ? Number(input.token.split(":")[0]) : 5_000_000_000 + world.next();
  const token =
    input.token ?? `${id}:AA${Bun.hash(`${id}${input.username}`).toString(36).padEnd(33, "x").slice(0, 33)}`;
  if (!Number.isSafeInteger(id) || id <= 0) throw new Error(`a token starts with the bot's id: ${input.username}`);
  const user: TgUser = { id, is_bot: true, first_name: input.firstName ?? input.username, username: input.username };
  const queue = world.newQueue();
  const webhook = new WebhookDelivery(queue, retryScale, world.random, (body) => {
    const method = String(body.method);
    if (!REPLY_REFUSED.test(method)) server.run(bot, method, new Params(body)).catch(() => {});
  });
  const bot: Bot = {
    token,
    user,
    canJoinGroups: true,
    hearsEverything: input.hearsEverything ?? false,
    hasMainApp: true,
    canManageBots: input.canManageBots ?? false,
    isRevoked: false,
    queue,
    webhook,
    meter: world.newMeter(),
    accepted: [],
    names: new Map(),
    renamedAt: [],
    descriptions: new Map(),
    shortDescriptions: new Map(),
    commands: new Map(),
    menuButtons: new Map(),
    settingsChangedAt: Number.NEGATIVE_INFINITY,
  };
  world.rememberToken(bot);
  return bot;
}

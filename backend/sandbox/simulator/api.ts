import { panelDeeds } from "../keitaro/panel.ts";
import { signInitData, type TelegramStandIn } from "../telegram/index.ts";
import type {
  InviteAnswer,
  OpenAppInput,
  PanelCall,
  PanelFlow,
  PayAnswer,
  PostbackCall,
  SimulatorState,
} from "./contracts.ts";
import type { SimulatorOptions } from "./index.ts";
import { liveStream } from "./live-stream.ts";
import { PersonView } from "./view.ts";

const MAX_BODY_BYTES = 256 * 1024;
const APP_VERSION = "9.1";
const LANGUAGES = ["en", "ru", "uk"];
const PLATFORMS = ["ios", "android", "tdesktop"];

/** A refusal the page can show. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Body = Record<string, unknown>;

/** `/simulator/api/*`: people's deeds over HTTP. Only pages of the same origin may call it. */
export class SimulatorApi {
  readonly #view: PersonView;

  constructor(
    readonly telegram: TelegramStandIn,
    readonly options: SimulatorOptions,
  ) {
    this.#view = new PersonView(telegram);
  }

  async handle(request: Request): Promise<Response> {
    try {
      requireSameOrigin(request);
      const path = new URL(request.url).pathname.replace("/simulator/api/", "").split("/").filter(Boolean);
      const result = await this.#route(request, path);
      return result instanceof Response ? result : Response.json(result, { headers: { "cache-control": "no-store" } });
    } catch (cause) {
      if (cause instanceof Refusal) return Response.json({ message: cause.message }, { status: cause.status });
      const message = cause instanceof Error ? cause.message : "the simulator failed";
      return Response.json({ message }, { status: 400 });
    }
  }

  async #route(request: Request, path: string[]): Promise<unknown> {
    const [area, id, ...rest] = path;
    const isRead = request.method === "GET";
    if (!isRead && request.method !== "POST") throw new Refusal(405, "only GET and POST are known here");
    if (area === "state" && isRead) return this.#state(request);
    if (area === "postback" && !isRead) return this.#postback(await readBody(request));
    if (area === "panel") return isRead ? this.#panelFlows() : this.#actInPanel(await readBody(request));
    if (area === "invoices" && isRead && id) return this.#invoice(id);
    if (area === "reset" && !isRead) return this.#reset();
    if (area !== "people" || id === undefined) throw new Refusal(404, "not found");
    const personId = this.#personId(id);
    if (isRead) return this.#read(request, personId, rest);
    return this.#act(personId, rest, await readBody(request));
  }

  async #state(request: Request): Promise<SimulatorState> {
    const personId = Number(new URL(request.url).searchParams.get("person")) || 0;
    const people = this.options.people.map(({ id, role }) => this.#view.person(id, role));
    const language = people.find(({ id }) => id === personId)?.languageCode ?? "en";
    const bots = [...this.telegram.world.bots.values()].map((bot) => this.#view.bot(bot, language, personId));
    const postbackAddress = (await this.options.postbackAddress?.()) ?? null;
    const hasPanel = this.options.panel !== undefined;
    const { wallet = null, reset } = this.options;
    return { people, bots, postbackAddress, hasPanel, wallet, canReset: reset !== undefined };
  }

  #read(request: Request, personId: number, [what, chatId]: string[]): unknown {
    if (what === "chats" && chatId === undefined) return this.#view.chats(personId);
    if (what === "events") return liveStream(request, this.telegram, (event) => this.#view.liveEvent(personId, event));
    if (what !== "chats") throw new Refusal(404, "not found");
    return this.#view.messages(this.#conversation(personId, Number(chatId)));
  }

  #act(personId: number, [what = "", target = "", deed = ""]: string[], body: Body): unknown {
    const { people } = this.telegram;
    if (what === "language") return this.#setLanguage(personId, String(body.languageCode));
    if (what === "pay") return this.#pay(personId, String(body.slug));
    if (what === "invite") return this.#followInvite(personId, String(body.link));
    if (what === "bots") return this.#actOnBot(personId, Number(target), deed, body);
    if (what !== "chats") throw new Refusal(404, "not found");
    const chatId = Number(target);
    const conversation = this.#conversation(personId, chatId);
    if (deed === "press") {
      people.pressButton(chatId, personId, Number(body.messageId), String(body.data));
      return { ok: true };
    }
    if (deed !== "messages") throw new Refusal(404, "not found");
    const text = String(body.text ?? "").trim();
    if (text === "" || [...text].length > 4096) throw new Refusal(422, "a message has 1 to 4096 characters");
    const summary = this.#view.chats(personId).find((chat) => chat.id === chatId);
    if (!summary?.canWrite) throw new Refusal(403, "only administrators write here");
    const threadId = Number(body.threadId) || undefined;
    if (threadId !== undefined && !conversation.topics.has(threadId)) throw new Refusal(404, "there is no such topic");
    return people.userSends(chatId, personId, text, threadId === undefined ? {} : { threadId });
  }

  #actOnBot(personId: number, botId: number, deed: string, body: Body): unknown {
    const { people, world } = this.telegram;
    if (!world.bots.has(botId)) throw new Refusal(404, "there is no such bot");
    switch (deed) {
      case "start":
        return people.start(botId, personId, String(body.payload ?? ""));
      case "block":
        people.block(botId, personId);
        return { ok: true };
      case "unblock":
        people.unblock(botId, personId);
        return { ok: true };
      case "write-access":
        if (!world.privateChat(botId, personId).private?.isStarted) people.allowWriting(botId, personId);
        return { ok: true };
      case "managed-bot": {
        const number = world.next();
        const names = { username: `made_${number}_bot`, firstName: `Bot ${number}` };
        return { username: this.telegram.createManagedBot(botId, personId, names).user.username };
      }
      case "app":
        return { url: this.#appAddress(personId, botId, body as Body & OpenAppInput) };
      default:
        throw new Refusal(404, "not found");
    }
  }

  /** Where the frame goes: the app's path on this origin, launch parameters in the hash, as Telegram passes them. */
  #appAddress(personId: number, botId: number, input: Partial<OpenAppInput>): string {
    const { world } = this.telegram;
    const bot = world.bot(botId);
    const { user } = world.person(personId);
    if (!PLATFORMS.includes(String(input.platform))) throw new Refusal(422, "unknown platform");
    const menu = this.#view.bot(bot, user.language_code ?? "en", personId).menuButton?.url;
    const target = new URL(input.url ?? menu ?? `/app/${botId}/`, "http://localhost");
    if (!target.pathname.startsWith("/app/")) throw new Refusal(422, "only addresses below /app/ are the app's");
    const startParam = input.startParam?.replaceAll(/[^\w-]/g, "").slice(0, 64);
    const isStarted = world.privateChat(botId, personId).private?.isStarted === true;
    const { is_bot: _, ...profile } = user;
    const initData = signInitData(bot.token, {
      user: { ...profile, ...(isStarted ? { allows_write_to_pm: true } : {}) },
      auth_date: world.seconds(),
      ...(startParam || input.fromChatId !== undefined
        ? { chat_type: input.fromChatId === undefined ? "sender" : "supergroup", chat_instance: `${botId}${personId}` }
        : { query_id: `AAF${personId.toString(36)}${world.next().toString(36)}` }),
      ...(startParam ? { start_param: startParam } : {}),
    });
    if (startParam) target.searchParams.set("tgWebAppStartParam", startParam);
    const launch = new URLSearchParams({
      tgWebAppData: initData,
      tgWebAppVersion: APP_VERSION,
      tgWebAppPlatform: String(input.platform),
      tgWebAppThemeParams: JSON.stringify(input.themeParams ?? {}),
    });
    return `${target.pathname}${target.search}#${launch.toString().replaceAll("+", "%20")}`;
  }

  #setLanguage(personId: number, languageCode: string): unknown {
    if (!LANGUAGES.includes(languageCode)) throw new Refusal(422, "unknown language");
    this.telegram.world.person(personId).user.language_code = languageCode;
    return { ok: true };
  }

  async #pay(personId: number, slug: string): Promise<PayAnswer> {
    const outcome = await this.telegram.people.payInvoice(personId, slug);
    return { status: outcome.status, errorMessage: outcome.status === "failed" ? outcome.errorMessage : null };
  }

  #followInvite(personId: number, link: string): InviteAnswer {
    const followed = this.telegram.people.followInvite(personId, link);
    if (!followed) throw new Refusal(404, "there is no such invite link");
    return followed;
  }

  #invoice(slug: string): unknown {
    const invoice = this.telegram.people.invoice(slug);
    return {
      slug: invoice.slug,
      title: invoice.title,
      description: invoice.description,
      stars: invoice.total_amount,
    };
  }

  async #postback(body: Body): Promise<unknown> {
    const { firePostback } = this.options;
    if (!firePostback) throw new Refusal(404, "postbacks are not connected");
    const call: PostbackCall = { method: body.method === "POST" ? "POST" : "GET", query: String(body.query ?? "") };
    const startedAt = performance.now();
    const answer = await firePostback(call);
    return { ...answer, tookMs: Math.round(performance.now() - startedAt) };
  }

  #panelFlows(): PanelFlow[] {
    return this.options.panel?.flows() ?? [];
  }

  #actInPanel(body: Partial<PanelCall>): PanelFlow {
    const deed = panelDeeds.find((one) => one === body.deed);
    if (!deed) throw new Refusal(422, "nobody does that in a panel");
    const flow = this.options.panel?.act(Number(body.flowId), deed);
    if (!flow) throw new Refusal(404, "there is no such flow");
    return flow;
  }

  async #reset(): Promise<unknown> {
    if (!this.options.reset) throw new Refusal(404, "there is nothing to reset");
    await this.options.reset();
    return { ok: true };
  }

  #personId(raw: string): number {
    const id = Number(raw);
    if (!this.options.people.some((person) => person.id === id)) throw new Refusal(404, "there is no such person");
    return id;
  }

  #conversation(personId: number, chatId: number) {
    const conversation = this.#view.conversation(personId, chatId);
    if (!conversation) throw new Refusal(404, "there is no such chat");
    return conversation;
  }
}

/** Keeps other web pages in the same browser from acting here. */
function requireSameOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw new Refusal(403, "only this page may call");
  const origin = request.headers.get("origin");
  if (origin !== null && new URL(origin).host !== (request.headers.get("host") ?? new URL(request.url).host))
    throw new Refusal(403, "only this page may call");
}

async function readBody(request: Request): Promise<Body> {
  if (!request.headers.get("content-type")?.startsWith("application/json"))
    throw new Refusal(415, "send application/json");
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw new Refusal(413, "too much");
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Refusal(400, "send a JSON object");
  return body as Body;
}

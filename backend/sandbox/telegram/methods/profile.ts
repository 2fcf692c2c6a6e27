import { badRequest, tooManyRequests } from "../errors.ts";
import { isAppAddress } from "../markup.ts";
import type { Bot, MenuButton } from "../world.ts";
import type { Call, Method } from "./call.ts";

const getMe: Method = ({ bot }) => ({
  ...bot.user,
  can_join_groups: bot.canJoinGroups,
  can_read_all_group_messages: bot.hearsEverything,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: bot.hasMainApp,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: bot.canManageBots,
});

function languageOf(call: Call): string {
  const code = call.params.text("language_code");
  if (code !== "" && !/^[a-z]{2}$/.test(code)) throw badRequest("invalid language code specified");
  return code;
}

function changed({ world, bot }: Call): true {
  world.journal.publish({ kind: "bot-changed", botId: bot.user.id });
  return true;
}

const setText =
  (pick: (bot: Bot) => Map<string, string>, field: string, max: number, code: string): Method =>
  (call) => {
    const text = call.params.text(field).trim();
    if ([...text].length > max) throw badRequest(code);
    pick(call.bot).set(languageOf(call), text);
    return changed(call);
  };

/** The real limit is not published; names may be changed a few times a day, and then hours must pass. */
const NAME_CHANGES = 20;
const NAME_PERIOD_MS = 3 * 3_600_000;

const setName: Method = (call) => {
  const { bot, params, world } = call;
  if (params.text("name").trim() === "" && languageOf(call) === "") throw badRequest("BOT_NAME_EMPTY");
  const recent = bot.renamedAt.filter((at) => world.now() - at < NAME_PERIOD_MS);
  if (recent.length >= NAME_CHANGES) throw tooManyRequests(NAME_PERIOD_MS - (world.now() - (recent[0] ?? 0)));
  const answer = setText((one) => one.names, "name", 64, "BOT_NAME_TOO_LONG")(call);
  bot.renamedAt = [...recent, world.now()];
  if (languageOf(call) === "") bot.user.first_name = params.text("name").trim();
  return answer;
};

/** The text of that language, else the general one. */
const getText =
  (pick: (bot: Bot) => Map<string, string>, field: string, general: (bot: Bot) => string = () => ""): Method =>
  (call) => {
    const texts = pick(call.bot);
    return { [field]: texts.get(languageOf(call)) || texts.get("") || general(call.bot) };
  };

const scopeKey = (call: Call): string => {
  const scope = call.params.object("scope");
  const type = String(scope?.type ?? "default");
  const known = [
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
  ];
  if (!known.includes(type)) throw badRequest("can't parse BotCommandScope: unsupported type specified");
  const chat = scope?.chat_id === undefined ? "" : `:${String(scope.chat_id)}`;
  return `${type}${chat}|${languageOf(call)}`;
};

const setMyCommands: Method = (call) => {
  const commands = (call.params.list("commands") ?? []).map((raw) => {
    const item = raw as { command?: unknown; description?: unknown } | null;
    const command = String(item?.command ?? "").replace(/^\//, "");
    const description = String(item?.description ?? "").trim();
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
    if (description.length < 1 || [...description].length > 256) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
    return { command, description };
  });
  if (commands.length > 100) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  call.bot.commands.set(scopeKey(call), commands);
  return changed(call);
};

const getMyCommands: Method = (call) => call.bot.commands.get(scopeKey(call)) ?? [];

const deleteMyCommands: Method = (call) => {
  call.bot.commands.delete(scopeKey(call));
  return changed(call);
};

const setChatMenuButton: Method = (call) => {
  const raw = call.params.object("menu_button") ?? { type: "default" };
  const key = call.params.has("chat_id") ? call.params.text("chat_id") : "";
  if (key !== "" && !/^[1-9]\d*$/.test(key)) throw badRequest("chat not found");
  call.bot.menuButtons.set(key, readMenuButton(raw));
  return changed(call);
};

function readMenuButton(raw: Record<string, unknown>): MenuButton {
  if (raw.type === "default" || raw.type === "commands") return { type: raw.type };
  if (raw.type !== "web_app") throw badRequest("can't parse MenuButton: unsupported type specified");
  const url = (raw.web_app as { url?: unknown } | undefined)?.url;
  const text = String(raw.text ?? "").trim();
  if (text === "") throw badRequest("can't parse MenuButton: Can't find field \"text\"");
  if (!isAppAddress(url))
    throw badRequest(`menu button Web App URL '${String(url ?? "")}' is invalid: Only HTTPS links are allowed`);
  return { type: "web_app", text, web_app: { url: String(url) } };
}

/** Only of bots that this one manages; others look like bots that are not there. */
const getManagedBotToken: Method = ({ world, bot, params }) => {
  const managed = world.bots.get(params.integer("user_id") ?? 0);
  if (!managed || managed.managedBy?.botId !== bot.user.id) throw badRequest("bot not found");
  return managed.token;
};

const getChatMenuButton: Method = ({ bot, params }) =>
  bot.menuButtons.get(params.text("chat_id")) ?? bot.menuButtons.get("") ?? { type: "commands" };

export const profileMethods: Record<string, Method> = {
  getme: getMe,
  getmanagedbottoken: getManagedBotToken,
  setmyname: setName,
  getmyname: getText(
    (bot) => bot.names,
    "name",
    (bot) => bot.user.first_name,
  ),
  setmydescription: setText((bot) => bot.descriptions, "description", 512, "BOT_DESCRIPTION_TOO_LONG"),
  setmyshortdescription: setText(
    (bot) => bot.shortDescriptions,
    "short_description",
    120,
    "BOT_SHORT_DESCRIPTION_TOO_LONG",
  ),
  getmydescription: getText((bot) => bot.descriptions, "description"),
  getmyshortdescription: getText((bot) => bot.shortDescriptions, "short_description"),
  setmycommands: setMyCommands,
  getmycommands: getMyCommands,
  deletemycommands: deleteMyCommands,
  setchatmenubutton: setChatMenuButton,
  getchatmenubutton: getChatMenuButton,
};

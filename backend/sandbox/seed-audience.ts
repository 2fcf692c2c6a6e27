/**
 * Three hundred invented people who started the demo's bots, some of whom left again. Their rows are written once; the stand-in
 * of Telegram learns of them at every start, so that a broadcast to them is really delivered, or really refused.
 */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Db } from "@db/client.ts";
import {
  audienceCategories,
  audienceFields,
  audienceTags,
  bots,
  chats,
  optOuts,
  persons,
  subscribers,
} from "@db/schema/index.ts";
import { and, eq, gte, lt } from "drizzle-orm";
import { seededRandom } from "./telegram/faults.ts";
import type { TelegramStandIn } from "./telegram/index.ts";

const count = 300;
/** Their numbers at Telegram, apart from those of the people one can be in the simulator. */
const firstId = 820_000_001;
const dayMs = 86_400_000;

const names = {
  uk: {
    first: ["Олена", "Тарас", "Ірина", "Богдан", "Соломія", "Андрій", "Катерина", "Юрій", "Марта", "Павло"],
    last: ["Шевчук", "Бондар", "Мельник", "Кравець", "Лисенко", "Гнатюк", "Романюк", "Дячук"],
  },
  ru: {
    first: ["Анна", "Максим", "Дарья", "Кирилл", "Полина", "Роман", "Вера", "Глеб"],
    last: ["Соколова", "Лебедев", "Зуева", "Крылов", "Фомина", "Беляев"],
  },
  en: {
    first: ["Grace", "Oliver", "Amelia", "Noah", "Isla", "Leo", "Maya", "Theo"],
    last: ["Bennett", "Hughes", "Carter", "Ellis", "Morgan", "Price"],
  },
  pl: {
    first: ["Zofia", "Jakub", "Hanna", "Szymon", "Maja", "Filip"],
    last: ["Nowak", "Wójcik", "Kamiński", "Zając", "Mazur"],
  },
  de: { first: ["Lena", "Jonas", "Mia", "Felix"], last: ["Schäfer", "Krüger", "Vogel", "Brandt"] },
} as const;
/** By share: every language as often as it stands here. */
const languages = ["uk", "uk", "uk", "uk", "ru", "ru", "ru", "en", "en", "pl", "de"] as const;
const sources = ["spring_au", "spring_au", "fb_lookalike", "tg_ads", "friend", "landing_quiz", null, null];
const cities = ["Київ", "Львів", "Одеса", "Warszawa", "Kraków", "Berlin", "London", "Sydney"];
const zones = ["Europe/Kyiv", "Europe/Warsaw", "Europe/Berlin", "Europe/London", "Australia/Sydney", null, null, null];
const tagNames = ["VIP", "Депозит був", "Пробував демо", "Просив повернення", "Webinar 11/26"];
const plans = ["Free", "Basic", "Pro"];

/** Writes them, with the tags, fields and categories that they wear. `ctx.actor` owns what is made. */
export async function seedAudience(ctx: ActionContext): Promise<void> {
  const { db, now, actor } = ctx;
  const { workspaceId } = actor;
  const own = await db
    .select({ id: bots.id })
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.state, "active")))
    .orderBy(bots.createdAt);
  if (own.length === 0) return;
  const random = seededRandom(30_026);
  const chance = (share: number) => random() < share;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const ago = (days: number) => new Date(now.getTime() - random() * days * dayMs);

  const tags = await db
    .insert(audienceTags)
    .values(tagNames.map((name) => ({ workspaceId, name })))
    .returning({ id: audienceTags.id });
  await db.insert(audienceFields).values([
    { workspaceId, key: "city", name: "Місто", kind: "text", position: 1 },
    { workspaceId, key: "birthday", name: "День народження", kind: "date", position: 2 },
    { workspaceId, key: "deposits", name: "Депозитів", kind: "number", position: 3 },
    { workspaceId, key: "plan", name: "Тариф", kind: "choice", choices: plans, position: 4 },
    { workspaceId, key: "verified", name: "Підтверджений", kind: "boolean", position: 5 },
  ]);
  const categories = await db
    .insert(audienceCategories)
    .values([
      { workspaceId, names: { en: "Offers", ru: "Акции", uk: "Акції" }, position: 1 },
      { workspaceId, names: { en: "News", ru: "Новости", uk: "Новини" }, position: 2 },
    ])
    .returning({ id: audienceCategories.id });

  const people = Array.from({ length: count }, (_, n) => {
    const language = pick(languages);
    const { first, last } = names[language];
    const [firstName, lastName] = [pick<string>(first), chance(0.8) ? pick<string>(last) : null];
    return {
      telegramId: firstId + n,
      firstName,
      lastName,
      username: chance(0.6) ? `demo_${(firstId + n).toString(36)}` : null,
      language,
      subscribedAt: new Date(now.getTime() - (120 * (1 - n / count) + random() / 4) * dayMs),
      // Most live in one bot, some in two.
      botIds: chance(0.15) && own.length > 1 ? own.slice(0, 2).map(({ id }) => id) : [pick(own).id],
      state: chance(0.08) ? ("blocked" as const) : chance(0.02) ? ("deactivated" as const) : ("active" as const),
      refuses: chance(0.04) ? 0 : chance(0.08) ? (categories[0]?.id ?? 0) : null,
      tags: tags.flatMap(({ id }) => (chance(0.18) ? [id] : [])).sort((a, b) => a - b),
      fields: {
        ...(chance(0.7) ? { city: pick(cities) } : {}),
        ...(chance(0.4)
          ? {
              birthday: new Date(Date.UTC(1975 + random() * 30, random() * 12, 1 + random() * 28))
                .toISOString()
                .slice(0, 10),
            }
          : {}),
        ...(chance(0.5) ? { deposits: Math.floor(random() * 12) } : {}),
        ...(chance(0.6) ? { plan: pick(plans) } : {}),
        ...(chance(0.5) ? { verified: chance(0.7) } : {}),
      },
      timeZone: pick(zones),
      source: pick(sources),
      clicks: Math.floor(random() * 5),
    };
  });
  const known = await db
    .insert(persons)
    .values(
      people.map(({ telegramId, firstName, lastName, username, language, subscribedAt }) => ({
        workspaceId,
        telegramId,
        firstName,
        lastName,
        username,
        telegramLocale: language,
        createdAt: subscribedAt,
      })),
    )
    .returning({ id: persons.id, telegramId: persons.telegramId });
  const personOf = new Map(known.map(({ id, telegramId }) => [telegramId, id]));
  const places = people.flatMap((person) => person.botIds.map((botId) => ({ person, botId })));
  const rooms = await db
    .insert(chats)
    .values(
      places.map(({ person, botId }) => ({
        workspaceId,
        botId,
        telegramChatId: person.telegramId,
        kind: "private" as const,
        title: [person.firstName, person.lastName].filter(Boolean).join(" "),
        username: person.username,
        personId: personOf.get(person.telegramId) ?? null,
        state: person.state,
        locale: person.language,
        createdAt: person.subscribedAt,
      })),
    )
    .returning({ id: chats.id, botId: chats.botId, telegramChatId: chats.telegramChatId });
  const roomOf = new Map(rooms.map(({ id, botId, telegramChatId }) => [`${botId}/${telegramChatId}`, id]));
  await db.insert(subscribers).values(
    places.map(({ person, botId }) => {
      const { botIds: _, refuses, clicks, state, ...facts } = person;
      const lastSeenAt = new Date(
        person.subscribedAt.getTime() + random() * (now.getTime() - person.subscribedAt.getTime()),
      );
      return {
        ...facts,
        workspaceId,
        botId,
        chatId: roomOf.get(`${botId}/${person.telegramId}`) ?? "",
        personId: personOf.get(person.telegramId) ?? null,
        origin: person.source === null ? ("other" as const) : ("start" as const),
        state,
        lastSeenAt,
        lostAt: state === "active" ? null : lastSeenAt,
        createdAt: person.subscribedAt,
        isOptedOut: refuses === 0,
        optedOutOf: refuses ? [refuses] : [],
        clicks,
        lastClickAt: clicks > 0 ? lastSeenAt : null,
      };
    }),
  );
  const refusing = people.flatMap(({ telegramId, refuses }) =>
    refuses === null ? [] : [{ workspaceId, telegramId, categoryId: refuses, via: "screen" as const, at: ago(30) }],
  );
  if (refusing.length > 0) await db.insert(optOuts).values(refusing);
}

/** Tells the stand-in who they are, which bots they started, and whom they blocked. Bots hear nothing of it: it has been so. */
export async function introduceAudience(db: Db, telegram: TelegramStandIn): Promise<void> {
  const rows = await db
    .select({ subscriber: subscribers, bot: bots.telegramId })
    .from(subscribers)
    .innerJoin(bots, eq(bots.id, subscribers.botId))
    .where(and(gte(subscribers.telegramId, firstId), lt(subscribers.telegramId, firstId + count)));
  const { people, world } = telegram;
  for (const { subscriber, bot } of rows) {
    if (!world.bots.has(bot)) continue;
    const { telegramId: id, firstName, lastName, username, language, state } = subscriber;
    if (!world.people.has(id))
      people.addPerson({
        id,
        firstName: firstName ?? "",
        ...(lastName ? { lastName } : {}),
        ...(username ? { username } : {}),
        ...(language ? { languageCode: language } : {}),
      });
    if (state === "deactivated") people.deactivate(id);
    const terms = world.privateChat(bot, id).private;
    if (terms) {
      terms.isStarted = true;
      terms.isBlocked = state === "blocked";
    }
  }
}

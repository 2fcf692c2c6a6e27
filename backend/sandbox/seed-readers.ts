/** Invented people who have read the demo's bot for long: their rows are written once, the stand-in of Telegram meets them at every start. */
import type { ActionContext } from "@backend/kit/context.ts";
import { chats, subscribers } from "@db/schema/index.ts";

const dayMs = 86_400_000;

const givenNames = {
  uk: ["Ганна", "Юрій", "Їванна", "Соломія", "Євген", "Дарина", "Тарас", "Ґрація"],
  ru: ["Мария", "Илья", "Софья", "Пётр", "Алёна", "Кирилл"],
  en: ["Emma", "Liam", "Chloe", "Noah", "Grace", "Oliver"],
} as const;
const familyNames = {
  uk: ["Шевчук", "Бойко", "Мельник", "Ткачук", "Лисенко"],
  ru: ["Смирнов", "Иванова", "Кузнецов", "Попова"],
  en: ["Walsh", "Bennett", "Novak", "Rossi"],
} as const;
type Language = keyof typeof givenNames;
const languages: readonly Language[] = ["uk", "uk", "ru", "en"];
const readersCount = 160;
const firstReaderId = 830_000_000;

export interface DemoReader {
  id: number;
  firstName: string;
  lastName: string;
  username: string;
  languageCode: Language;
}

/** Invented people who started the bot; the stand-in of Telegram knows the same. */
export const demoReaders: readonly DemoReader[] = Array.from({ length: readersCount }, (_, at) => {
  const languageCode = languages[at % languages.length] ?? "uk";
  const of = (list: readonly string[]) => list[(at * 7) % list.length] ?? "";
  return {
    id: firstReaderId + at,
    firstName: of(givenNames[languageCode]),
    lastName: familyNames[languageCode][at % familyNames[languageCode].length] ?? "",
    username: `reader_${at + 1}`,
    languageCode,
  };
});

/** Their rows: chats with the bot, and subscribers. */
export async function writeReaders(ctx: ActionContext, botId: string): Promise<(typeof subscribers.$inferSelect)[]> {
  const { workspaceId } = ctx.actor;
  const written = await ctx.db
    .insert(chats)
    .values(
      demoReaders.map(({ id, firstName, lastName, username }) => ({
        workspaceId,
        botId,
        telegramChatId: id,
        kind: "private" as const,
        title: `${firstName} ${lastName}`,
        username,
      })),
    )
    .returning({ id: chats.id });
  return ctx.db
    .insert(subscribers)
    .values(
      demoReaders.map(({ id, languageCode, ...reader }, at) => ({
        workspaceId,
        botId,
        chatId: written[at]?.id ?? "",
        telegramId: id,
        ...reader,
        language: languageCode,
        origin: "start" as const,
        source: at % 3 === 0 ? "instagram" : null,
        subscribedAt: new Date(ctx.now.getTime() - (20 + (at % 60)) * dayMs),
      })),
    )
    .returning();
}

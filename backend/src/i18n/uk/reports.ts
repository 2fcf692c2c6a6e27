import type { reports as en } from "../en/reports.ts";
import type { SameShape } from "../translator.ts";

export const reports = {
  "reports.against": "{today} (учора на цю годину: {yesterday})",
  "reports.today.conversions": "Конверсій сьогодні: {figures}",
  "reports.today.revenue": "Дохід: {figures}",
  "reports.today.sent": "Надіслано повідомлень сьогодні: {figure}",
  "reports.next.chat": "Наступний крок: додайте бота до чату.",
  "reports.next.connection": "Наступний крок: створіть підключення в застосунку.",
  "reports.next.postback": "Наступний крок: вставте адресу постбека в трекер і дочекайтеся першого виклику.",

  "reports.attention.dead_letters": {
    one: "{count} виклик не вдалося розібрати",
    few: "{count} виклики не вдалося розібрати",
    many: "{count} викликів не вдалося розібрати",
    other: "{count} виклики не вдалося розібрати",
  },
  "reports.attention.unknown": {
    one: "{count} повідомлення з невідомим підсумком",
    few: "{count} повідомлення з невідомим підсумком",
    many: "{count} повідомлень із невідомим підсумком",
    other: "{count} повідомлення з невідомим підсумком",
  },
  "reports.attention.late_deliveries": {
    one: "{count} повідомлення запізнюється",
    few: "{count} повідомлення запізнюються",
    many: "{count} повідомлень запізнюються",
    other: "{count} повідомлення запізнюються",
  },
  "reports.attention.disconnected_bots": {
    one: "{count} бот від'єднано",
    few: "{count} боти від'єднано",
    many: "{count} ботів від'єднано",
    other: "{count} боти від'єднано",
  },
  "reports.attention.paused_lanes": {
    one: "{count} бот на паузі",
    few: "{count} боти на паузі",
    many: "{count} ботів на паузі",
    other: "{count} боти на паузі",
  },
  "reports.attention.broken_chats": {
    one: "До {count} чату не можна писати",
    few: "До {count} чатів не можна писати",
    many: "До {count} чатів не можна писати",
    other: "До {count} чатів не можна писати",
  },
  "reports.attention.silent_connections": {
    one: "{count} підключення мовчить",
    few: "{count} підключення мовчать",
    many: "{count} підключень мовчать",
    other: "{count} підключення мовчать",
  },
  "reports.attention.unread_logs": {
    one: "Журнал {count} трекера не читається",
    few: "Журнали {count} трекерів не читаються",
    many: "Журнали {count} трекерів не читаються",
    other: "Журнали {count} трекера не читаються",
  },
} as const satisfies SameShape<typeof en>;

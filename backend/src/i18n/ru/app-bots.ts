import type { appBots as en } from "../en/app-bots.ts";
import type { SameShape } from "../translator.ts";

export const appBots = {
  "app.bots.connect": "Подключить бота",
} satisfies SameShape<typeof en>;

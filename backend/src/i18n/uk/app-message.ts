import type { appMessage as en } from "../en/app-message.ts";
import type { SameShape } from "../translator.ts";

export const appMessage = {
  "app.message.media": "Вкладення",
  "app.message.spoiler": "Показати прихований текст",
} as const satisfies SameShape<typeof en>;

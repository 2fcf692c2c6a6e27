import type { uploads as en } from "../en/uploads.ts";
import type { SameShape } from "../translator.ts";

export const uploads = {
  "uploads.upload_not_found": "Такого файлу немає.",
} satisfies SameShape<typeof en>;

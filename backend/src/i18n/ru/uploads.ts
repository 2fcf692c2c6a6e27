import type { uploads as en } from "../en/uploads.ts";
import type { SameShape } from "../translator.ts";

export const uploads = {
  "uploads.upload_not_found": "Такого файла нет.",
} satisfies SameShape<typeof en>;

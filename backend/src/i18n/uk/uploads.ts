import type { uploads as en } from "../en/uploads.ts";
import type { SameShape } from "../translator.ts";

export const uploads = {
  "uploads.upload_not_found": "Такого файлу немає.",
  "uploads.too_large": "Файл завеликий: можна не більше ніж {megabytes} МБ.",
  "uploads.no_room":
    "Забагато файлів лежить без діла: понад {megabytes} МБ. Спершу закінчіть із ними або видаліть; невикористане видаляється за добу.",
  "uploads.finished": "Файл уже завантажено повністю, додати до нього нічого не можна.",
  "uploads.incomplete":
    "Бракує частин файлу: {missing}. Надішліть його ще раз: те, що вже дійшло, повторно не надсилається.",
  "uploads.no_such_part": "Частин у файлі: {parts}, лік від 0.",
  "uploads.wrong_length": "У частині {part} має бути {expected} байт, а надійшло {received}.",
  "uploads.in_use": "Цей файл використовується, видалити його не можна.",
} satisfies SameShape<typeof en>;

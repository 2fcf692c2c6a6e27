import type { uploads as en } from "../en/uploads.ts";
import type { SameShape } from "../translator.ts";

export const uploads = {
  "uploads.upload_not_found": "Такого файла нет.",
  "uploads.too_large": "Файл слишком большой: можно не больше {megabytes} МБ.",
  "uploads.no_room":
    "Слишком много файлов лежит без дела: больше {megabytes} МБ. Сначала закончите с ними или удалите; неиспользованное удаляется через сутки.",
  "uploads.finished": "Файл уже загружен целиком, добавить к нему ничего нельзя.",
  "uploads.incomplete":
    "Не хватает частей файла: {missing}. Отправьте его ещё раз: то, что уже дошло, повторно не отправляется.",
  "uploads.no_such_part": "Частей в файле: {parts}, счёт идёт от 0.",
  "uploads.wrong_length": "В части {part} должно быть {expected} байт, а пришло {received}.",
  "uploads.in_use": "Этот файл используется, удалить его нельзя.",
} satisfies SameShape<typeof en>;

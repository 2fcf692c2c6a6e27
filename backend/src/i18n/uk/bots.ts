import type { bots as en } from "../en/bots.ts";
import type { SameShape } from "../translator.ts";

export const bots = {
  "bots.bot_not_found": "Такого бота немає.",
  "bots.token_refused": "Telegram більше не приймає токен цього бота. Отримайте новий у @BotFather.",
  "bots.telegram_away": "Не вдалося зв’язатися з Telegram. Ми спробуємо ще раз самі.",
  "bots.set_up_refused": "Telegram не приймає налаштувань цього бота: {reason}",
  "bots.webhook_elsewhere": "Оновлення цього бота забирає інша програма. Налаштуйте бота заново, щоб повернути їх.",
  "bots.polled_elsewhere": "Оновлення цього бота читає інша програма. Зупиніть її, інакше бот не чутиме людей.",
  "bots.webhook_failing": "Telegram не може доставити оновлення: {reason}",
  "bots.updates_pile_up": "У Telegram накопичилося оновлень, яких ми ще не забрали: {count}.",
  "bots.token_malformed": "Це не токен бота. @BotFather пише його так: число, двокрапка і 35 символів.",
  "bots.token_unknown":
    "Telegram не знає цього токена. Скопіюйте його з @BotFather ще раз, повністю, або отримайте там новий.",
  "bots.too_many": "У робочому просторі може бути не більше ботів, ніж {max}.",
  "bots.connected_elsewhere":
    "@{bot} підключено в іншому робочому просторі. Якщо це ваш бот, його можна забрати: там він перестане працювати.",
  "bots.platform_stays": "Цього бота задано в налаштуваннях інсталяції (BOT_TOKEN), і змінити його можна лише там.",
  "bots.other_bot": "Це токен бота @{given}, а не @{wanted}.",
  "bots.command_blank": "Напишіть, що робить команда /{command}.",
  "bots.command_repeated": "Команду /{command} вказано двічі.",
  "bots.language_unknown": "Такої мови немає.",
  "bots.cannot_manage":
    "Цьому боту не дозволено створювати ботів. Дозвольте це в @BotFather: Bot Settings → Bot Management Mode.",
  "bots.press_start_first": "Спершу натисніть «Старт» у @{bot}: кнопка прийде туди.",
  "bots.taken_over.text":
    "Вашого бота @{bot} підключили до іншого робочого простору за його токеном, і тут він більше не працює.\n\nЯкщо це були не ви, відкличте токен у @BotFather (/revoke) і підключіть бота заново з новим.",
  "bots.managed.ask":
    "Натисніть кнопку під полем введення. Telegram запитає імʼя та створить бота, після чого він сам зʼявиться в застосунку.",
  "bots.managed.button": "Створити бота",
  "bots.managed.done": "@{bot} підключено.",
  "bots.managed.elsewhere":
    "@{bot} підключено в іншому робочому просторі. Щоб забрати його сюди, підключіть його в застосунку за токеном.",

  "bots.command.start": "Почати",
  "bots.command.app": "Відкрити застосунок",
  "bots.command.help": "Що вміє цей бот",
  "bots.command.admin": "Інструменти команди",
  "bots.command.stats": "Сьогодні в цифрах",
  "bots.command.subscriptions": "Що цей бот може вам надсилати",
  "bots.command.stop": "Відмовитися від розсилок",
  "bots.command.paysupport": "Допомога з оплатою",
  "bots.command.terms": "Умови покупки",
  "bots.menu_button": "Відкрити",

  "bots.open_app": "Відкрити застосунок",
  "bots.open_conversions": "Конверсії",
  "bots.open_connections": "Підключення",
  "bots.open_broadcasts": "Розсилки",
  "bots.open_audience": "Люди",
  "bots.broadcast.text": "Напишіть повідомлення, виберіть отримувачів і побачте охоплення до надсилання.",
  "bots.broadcast.new": "Нова розсилка",
  "bots.open_members": "Учасники",
  "bots.open_chats": "Чати",

  "bots.start.hello": "Вітаємо, {name}!",
  "bots.start.hello_nameless": "Вітаємо!",
  "bots.start.person": "Це бот «{workspace}». Усе відбувається в застосунку, а повідомлення надходять сюди.",
  "bots.start.member": "Ви в команді «{workspace}», ваша роль: {role}. Сповіщення й відповіді надходять сюди.",
  "bots.app.text": "Натисніть кнопку, щоб відкрити застосунок.",
  "bots.app.unavailable":
    "Застосунок поки не має публічної адреси. Той, хто обслуговує цю інсталяцію, має задати PUBLIC_URL.",
  "bots.help.person": "Цей бот відкриває застосунок «{workspace}» і приносить вам його повідомлення.",
  "bots.help.member":
    "Додайте мене до групи чи каналу, і сповіщення зможуть надходити туди: виберіть чат у налаштуваннях підключення.",
  "bots.help.commands": "Команди:",
  "bots.paysupport.text":
    "Щось не так з оплатою? Опишіть, що сталося, і назвіть номер замовлення — він указаний у застосунку, у самому замовленні.",
  "bots.paysupport.contact": "Куди написати: {contact}",
  "bots.terms.text":
    "Умови кожного товару — на його сторінці в застосунку, над кнопкою оплати. Оплачуючи, ви з ними погоджуєтеся. Питання щодо оплати: /paysupport.",
  "bots.admin.text": "Інструменти команди «{workspace}»:",
  "bots.team_only": "Ця команда — для команди «{workspace}».",
  "bots.joined": "Ласкаво просимо до команди «{workspace}»! Ваша роль: {role}.",

  "bots.stats.title": "Сьогодні, {day}",
  "bots.stats.conversions": "Конверсії",
  "bots.stats.no_conversions": "Конверсій поки немає.",
  "bots.stats.orders": "Замовлення",
  "bots.stats.placed": "Нових: {number}",
  "bots.stats.paid": "Сплачено: {number}",
  "bots.stats.messages": "Повідомлення",
  "bots.stats.sent": "Надіслано: {number}",
  "bots.stats.waiting": "Чекають: {number}",
  "bots.stats.failed": "Не надіслано: {number}",
  "bots.stats.unknown": "Результат невідомий: {number}",
  "bots.stats.since": "З півночі, {zone}",

  "bots.chat.added_group":
    "Я тут! Щоб отримувати сповіщення в цій групі, відкрийте застосунок, виберіть підключення та вкажіть цей чат.",
  "bots.chat.added_forum":
    "Я тут! Щоб отримувати сповіщення в цій групі або в одній із її тем, відкрийте застосунок, виберіть підключення та вкажіть цей чат. Про тему я дізнаюся, щойно в ній хтось напише.",
  "bots.chat.added_channel":
    "Я тут! Щоб отримувати сповіщення в цьому каналі, відкрийте застосунок, виберіть підключення та вкажіть цей канал.",
} as const satisfies SameShape<typeof en>;

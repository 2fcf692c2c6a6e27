import type { bots as en } from "../en/bots.ts";
import type { SameShape } from "../translator.ts";

export const bots = {
  "bots.bot_not_found": "Такого бота нет.",
  "bots.token_refused": "Telegram больше не принимает токен этого бота. Получите новый у @BotFather.",
  "bots.telegram_away": "Не удалось связаться с Telegram. Мы попробуем ещё раз сами.",
  "bots.set_up_refused": "Telegram не принимает настройки этого бота: {reason}",
  "bots.webhook_elsewhere": "Обновления этого бота забирает другая программа. Настройте бота заново, чтобы вернуть их.",
  "bots.polled_elsewhere": "Обновления этого бота читает другая программа. Остановите её, иначе бот не услышит людей.",
  "bots.webhook_failing": "Telegram не может доставить обновления: {reason}",
  "bots.updates_pile_up": "В Telegram накопилось обновлений, которые мы ещё не забрали: {count}.",
  "bots.token_malformed": "Это не токен бота. @BotFather пишет его так: число, двоеточие и 35 символов.",
  "bots.token_unknown":
    "Telegram не знает этого токена. Скопируйте его из @BotFather ещё раз, целиком, или получите там новый.",
  "bots.too_many": "В рабочем пространстве может быть не больше ботов, чем {max}.",
  "bots.connected_elsewhere":
    "@{bot} подключён в другом рабочем пространстве. Если это ваш бот, его можно забрать: там он перестанет работать.",
  "bots.platform_stays": "Этот бот задан в настройках установки (BOT_TOKEN), и изменить его можно только там.",
  "bots.other_bot": "Это токен бота @{given}, а не @{wanted}.",
  "bots.command_blank": "Напишите, что делает команда /{command}.",
  "bots.command_repeated": "Команда /{command} указана дважды.",
  "bots.language_unknown": "Такого языка нет.",
  "bots.cannot_manage":
    "Этому боту нельзя создавать ботов. Разрешите это в @BotFather: Bot Settings → Bot Management Mode.",
  "bots.press_start_first": "Сначала нажмите «Старт» в @{bot}: кнопка придёт туда.",
  "bots.taken_over.text":
    "Вашего бота @{bot} подключили к другому рабочему пространству с помощью его токена, и здесь он больше не работает.\n\nЕсли это были не вы, отзовите токен в @BotFather (/revoke) и подключите бота заново с новым.",
  "bots.managed.ask":
    "Нажмите кнопку под полем ввода. Telegram спросит имя и создаст бота, после чего он сам появится в приложении.",
  "bots.managed.button": "Создать бота",
  "bots.managed.done": "@{bot} подключён.",
  "bots.managed.elsewhere":
    "@{bot} подключён в другом рабочем пространстве. Чтобы забрать его сюда, подключите его в приложении по токену.",

  "bots.command.start": "Начать",
  "bots.command.app": "Открыть приложение",
  "bots.command.help": "Что умеет этот бот",
  "bots.command.admin": "Инструменты команды",
  "bots.command.stats": "Сегодня в цифрах",
  "bots.command.subscriptions": "Что этот бот может вам присылать",
  "bots.command.stop": "Отказаться от рассылок",
  "bots.command.paysupport": "Помощь с оплатой",
  "bots.command.terms": "Условия покупки",
  "bots.menu_button": "Открыть",

  "bots.open_app": "Открыть приложение",
  "bots.open_conversions": "Конверсии",
  "bots.open_connections": "Подключения",
  "bots.open_broadcasts": "Рассылки",
  "bots.open_audience": "Люди",
  "bots.broadcast.text": "Напишите сообщение, выберите получателей и увидьте охват до отправки.",
  "bots.broadcast.new": "Новая рассылка",
  "bots.open_members": "Участники",
  "bots.open_chats": "Чаты",

  "bots.start.hello": "Здравствуйте, {name}!",
  "bots.start.hello_nameless": "Здравствуйте!",
  "bots.start.person": "Это бот «{workspace}». Всё происходит в приложении, а сообщения приходят сюда.",
  "bots.start.member": "Вы в команде «{workspace}», ваша роль: {role}. Оповещения и ответы приходят сюда.",
  "bots.app.text": "Нажмите кнопку, чтобы открыть приложение.",
  "bots.app.unavailable":
    "У приложения пока нет публичного адреса. Тот, кто обслуживает эту установку, должен задать PUBLIC_URL.",
  "bots.help.person": "Этот бот открывает приложение «{workspace}» и приносит вам его сообщения.",
  "bots.help.member":
    "Добавьте меня в группу или канал, и оповещения смогут приходить туда: выберите чат в настройках подключения.",
  "bots.help.commands": "Команды:",
  "bots.paysupport.text":
    "Что-то не так с оплатой? Опишите, что случилось, и назовите номер заказа — он указан в приложении, в самом заказе.",
  "bots.paysupport.contact": "Куда написать: {contact}",
  "bots.terms.text":
    "Условия каждого товара — на его странице в приложении, над кнопкой оплаты. Оплачивая, вы с ними соглашаетесь. Вопросы об оплате: /paysupport.",
  "bots.admin.text": "Инструменты команды «{workspace}»:",
  "bots.team_only": "Эта команда — для команды «{workspace}».",
  "bots.joined": "Добро пожаловать в команду «{workspace}»! Ваша роль: {role}.",

  "bots.stats.title": "Сегодня, {day}",
  "bots.stats.conversions": "Конверсии",
  "bots.stats.no_conversions": "Конверсий пока нет.",
  "bots.stats.orders": "Заказы",
  "bots.stats.placed": "Новых: {number}",
  "bots.stats.paid": "Оплачено: {number}",
  "bots.stats.messages": "Сообщения",
  "bots.stats.sent": "Отправлено: {number}",
  "bots.stats.waiting": "Ждут отправки: {number}",
  "bots.stats.failed": "Не отправлено: {number}",
  "bots.stats.unknown": "Исход неизвестен: {number}",
  "bots.stats.since": "С полуночи, {zone}",

  "bots.chat.added_group":
    "Я здесь! Чтобы получать оповещения в этой группе, откройте приложение, выберите подключение и укажите этот чат.",
  "bots.chat.added_forum":
    "Я здесь! Чтобы получать оповещения в этой группе или в одной из её тем, откройте приложение, выберите подключение и укажите этот чат. Тему я узнаю, как только в ней кто-нибудь напишет.",
  "bots.chat.added_channel":
    "Я здесь! Чтобы получать оповещения в этом канале, откройте приложение, выберите подключение и укажите этот канал.",
} as const satisfies SameShape<typeof en>;

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, type BotCard, type Language, type ShownButton, type ShownMessage } from "./api.ts";
import { ChatView } from "./chat.tsx";
import { ChatList } from "./chat-list.tsx";
import { Question } from "./dialogs.tsx";
import { isInviteLink, parseTelegramLink, walletPageOf } from "./links.ts";
import type { MessageActions } from "./message.tsx";
import { Phone } from "./phone.tsx";
import { PostbackPanel } from "./postback-panel.tsx";
import styles from "./simulator.module.css";
import { PHONES, THEMES } from "./themes.ts";
import { Toolbar } from "./toolbar.tsx";
import { TrackerPanel } from "./tracker-panel.tsx";
import { useSettings } from "./use-settings.ts";
import { useWorld } from "./use-world.ts";
import { CATALOGS, fill, WordsContext } from "./words.ts";

type Pane = "list" | "chat" | "side";
type Side = "app" | "postback" | "panel";

interface OpenApp {
  url: string;
  bot: BotCard;
}

type Notice = { kind: "reset" } | { kind: "alert"; text: string };

/** The whole page: chats, the chosen chat, and beside it the Mini App, the postback panel or the tracker’s. */
export function Simulator() {
  const { settings, change } = useSettings();
  const { personId, palette, platform } = settings;
  const [chatId, setChatId] = useState<number | null>(null);
  const [pane, setPane] = useState<Pane>("list");
  const [side, setSide] = useState<Side>("app");
  const [app, setApp] = useState<OpenApp | null>(null);
  const [toast, setToast] = useState("");
  const [notice, setNotice] = useState<Notice | null>(null);

  const onAnswer = useCallback((text: string, showAlert: boolean) => {
    if (text === "") return;
    if (showAlert) setNotice({ kind: "alert", text });
    else setToast(text);
  }, []);
  const world = useWorld(personId, chatId, onAnswer);
  const { state, chats, messages } = world;
  const language: Language = state?.people.find(({ id }) => id === personId)?.languageCode ?? "en";
  const words = CATALOGS[language];
  const context = useMemo(() => ({ language, words }), [language, words]);
  const chat = chats.find(({ id }) => id === chatId) ?? null;
  const botOf = (id: number): BotCard | undefined => state?.bots.find((bot) => bot.id === id);
  const phone = PHONES.find(({ id }) => id === settings.phone) ?? PHONES[0];

  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.palette = palette;
  }, [language, palette]);

  useEffect(() => {
    const first = state?.people[0];
    if (first && !state.people.some(({ id }) => id === personId)) change({ personId: first.id });
  }, [state, personId, change]);

  useEffect(() => {
    if (toast === "") return;
    const timer = setTimeout(() => setToast(""), 2500);
    return () => clearTimeout(timer);
  }, [toast]);

  /** Runs a deed and says so when it is refused. */
  const attempt = useCallback(
    (deed: Promise<unknown>) => {
      deed.catch((cause: unknown) =>
        setToast(fill(words.failed, { reason: cause instanceof Error ? cause.message : String(cause) })),
      );
    },
    [words],
  );

  const copy = useCallback(
    (text: string) => {
      attempt(navigator.clipboard.writeText(text).then(() => setToast(words.copied)));
    },
    [attempt, words],
  );

  async function openApp(bot: BotCard, input: { url?: string; startParam?: string; fromChatId?: number }) {
    const { url } = await api.openApp(personId, bot.id, { ...input, platform, themeParams: THEMES[palette] });
    setApp({ url, bot });
    setSide("app");
    setPane("side");
  }

  function selectChat(id: number) {
    setChatId(id);
    world.markRead(id);
    setPane("chat");
  }

  async function followInvite(link: string) {
    const { chatId: invitedTo, outcome } = await api.followInvite(personId, link);
    if (outcome === "asked") setToast(words.joinAsked);
    else selectChat(invitedTo);
  }

  function openLink(url: string) {
    if (isInviteLink(url)) {
      attempt(followInvite(url));
      return;
    }
    const link = parseTelegramLink(url);
    const bot = link ? state?.bots.find((one) => one.username.toLowerCase() === link.username) : undefined;
    if (!link || !bot) {
      const page = link && walletPageOf(link, state?.wallet ?? null);
      window.open(page ?? (/^[a-z]+:/i.test(url) ? url : `https://${url}`), "_blank", "noopener");
      return;
    }
    if (link.kind === "app") {
      attempt(
        openApp(bot, { startParam: link.payload, ...(chatId !== null && chatId < 0 ? { fromChatId: chatId } : {}) }),
      );
      return;
    }
    selectChat(bot.id);
    if (link.kind === "start") attempt(api.start(personId, bot.id, link.payload));
  }

  function pressButton(message: ShownMessage, button: ShownButton) {
    const bot = message.from && botOf(message.from.id);
    if (button.copy_text) copy(button.copy_text.text);
    else if (button.url) openLink(button.url);
    else if (button.web_app && bot) attempt(openApp(bot, { url: button.web_app.url }));
    else if (button.pay && message.invoiceSlug) attempt(payInChat(message.invoiceSlug));
    else if (button.callback_data && chatId !== null)
      attempt(api.press(personId, chatId, message.message_id, button.callback_data));
  }

  async function payInChat(slug: string) {
    const outcome = await api.pay(personId, slug);
    if (outcome.status === "failed") setNotice({ kind: "alert", text: outcome.errorMessage ?? words.payFailed });
  }

  const live = useRef({ openLink, pressButton, send: (_text: string) => {} });
  live.current = {
    openLink,
    pressButton,
    send: (text) => chatId !== null && attempt(api.send(personId, chatId, text)),
  };
  const actions: MessageActions = useMemo(
    () => ({
      onLink: (url) => live.current.openLink(url),
      onCommand: (command) => live.current.send(command),
      onButton: (message, button) => live.current.pressButton(message, button),
    }),
    [],
  );

  function switchPerson(nextId: number) {
    setApp(null);
    setPane("list");
    change({ personId: nextId });
  }

  async function reset() {
    await api.reset();
    location.reload();
  }

  if (!state) return <main className={styles.loading} aria-busy="true" />;
  return (
    <WordsContext value={context}>
      <div className={styles.page} data-pane={pane}>
        <Toolbar
          people={state.people}
          settings={settings}
          language={language}
          canReset={state.canReset}
          isCollapsed={pane !== "list"}
          onChange={({ personId: nextId, ...rest }) => {
            if (nextId !== undefined) switchPerson(nextId);
            if (rest.platform) setApp(null);
            if (Object.keys(rest).length > 0) change(rest);
          }}
          onLanguage={(next) => {
            setApp(null);
            attempt(api.setLanguage(personId, next).then(world.refreshState));
          }}
          onReset={() => setNotice({ kind: "reset" })}
        />
        <main className={styles.columns}>
          <div className={styles.list}>
            <ChatList chats={chats} selectedId={chatId} unread={world.unread} onSelect={selectChat} />
            <button
              type="button"
              className={styles.openPostback}
              onClick={() => {
                setSide("postback");
                setPane("side");
              }}
            >
              {words.postback}
            </button>
          </div>
          <div className={styles.chat}>
            {chat ? (
              <ChatView
                key={`${personId}:${chat.id}`}
                chat={chat}
                bot={chat.type === "private" ? botOf(chat.id) : undefined}
                personId={personId}
                messages={messages}
                actions={actions}
                onSend={(text, threadId) => attempt(api.send(personId, chat.id, text, threadId))}
                onStart={() => attempt(api.start(personId, chat.id))}
                onMakeBot={() => attempt(api.makeManagedBot(personId, chat.id))}
                onBlock={(isBlocked) => attempt(api.setBlocked(personId, chat.id, isBlocked))}
                onMenu={() => {
                  const bot = botOf(chat.id);
                  if (bot) attempt(openApp(bot, {}));
                }}
                onBack={() => setPane("list")}
              />
            ) : (
              <p className={styles.hint}>{words.pickChat}</p>
            )}
          </div>
          <SidePane
            side={side}
            app={app}
            postbackAddress={state.postbackAddress}
            backText={words.back}
            appText={words.app}
            postbackText={words.postback}
            panelText={state.hasPanel ? words.panel : null}
            emptyText={words.appEmpty}
            onSide={setSide}
            onBack={() => setPane(chat ? "chat" : "list")}
            onCopy={copy}
          >
            {app ? (
              <Phone
                key={app.url}
                url={app.url}
                bot={app.bot}
                personId={personId}
                palette={palette}
                platform={platform}
                size={phone}
                onClose={() => {
                  setApp(null);
                  setPane(chat ? "chat" : "list");
                }}
                onTelegramLink={openLink}
              />
            ) : null}
          </SidePane>
        </main>
        <div role="status" className={styles.toast} data-shown={toast !== ""}>
          {toast}
        </div>
        {notice ? (
          <NoticeDialog notice={notice} onClose={() => setNotice(null)} onReset={() => attempt(reset())} />
        ) : null}
      </div>
    </WordsContext>
  );
}

function SidePane(props: {
  side: Side;
  app: OpenApp | null;
  postbackAddress: string | null;
  backText: string;
  appText: string;
  postbackText: string;
  /** Null: there is no tracker. */
  panelText: string | null;
  emptyText: string;
  onSide: (side: Side) => void;
  onBack: () => void;
  onCopy: (text: string) => void;
  children: React.ReactNode;
}) {
  const { side, app } = props;
  const titles = { app: props.appText, postback: props.postbackText, panel: props.panelText ?? "" };
  return (
    <aside className={styles.side} aria-label={titles[side]}>
      <div className={styles.sideTabs}>
        <button type="button" className={styles.sideBack} onClick={props.onBack} aria-label={props.backText}>
          ‹
        </button>
        <button type="button" aria-pressed={side === "app"} onClick={() => props.onSide("app")}>
          {props.appText}
        </button>
        <button type="button" aria-pressed={side === "postback"} onClick={() => props.onSide("postback")}>
          {props.postbackText}
        </button>
        {props.panelText === null ? null : (
          <button type="button" aria-pressed={side === "panel"} onClick={() => props.onSide("panel")}>
            {props.panelText}
          </button>
        )}
      </div>
      {/* These stay mounted: looking at another one must not restart the app or lose a composed call. */}
      <div className={styles.sideBody} hidden={side !== "app"}>
        {app ? props.children : <p className={styles.hint}>{props.emptyText}</p>}
      </div>
      <div className={styles.sideBody} hidden={side !== "postback"}>
        <PostbackPanel address={props.postbackAddress} onCopy={props.onCopy} />
      </div>
      <div className={styles.sideBody} hidden={side !== "panel"}>
        <TrackerPanel isShown={side === "panel"} />
      </div>
    </aside>
  );
}

function NoticeDialog(props: { notice: Notice; onClose: () => void; onReset: () => void }) {
  const { notice, onClose, onReset } = props;
  const words = CATALOGS[(document.documentElement.lang as Language) || "en"];
  if (notice.kind === "alert")
    return (
      <Question title="" buttons={[{ id: "ok", text: words.ok, isMain: true }]} onAnswer={onClose}>
        {notice.text}
      </Question>
    );
  const buttons = [
    { id: "cancel", text: words.cancel },
    { id: "reset", text: words.reset, isDangerous: true },
  ];
  return (
    <Question
      title={words.reset}
      buttons={buttons}
      onAnswer={(id) => {
        onClose();
        if (id === "reset") onReset();
      }}
    >
      {words.resetSure}
    </Question>
  );
}

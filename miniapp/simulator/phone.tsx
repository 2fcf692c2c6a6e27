import { type CSSProperties, useCallback, useEffect, useRef, useState } from "react";
import { api, type BotCard, type InvoiceCard } from "./api.ts";
import { type Ask, AskDialog } from "./ask-dialog.tsx";
import {
  type AppChrome,
  type BridgeHost,
  CloudStorage,
  freshChrome,
  type NativeButton,
  receive,
  resolveColour,
} from "./bridge.ts";
import { Question } from "./dialogs.tsx";
import styles from "./phone.module.css";
import { type Palette, THEMES } from "./themes.ts";
import { useWords, type Words } from "./words.ts";

interface Props {
  url: string;
  bot: BotCard;
  personId: number;
  palette: Palette;
  platform: string;
  size: { width: number; height: number };
  onClose: () => void;
  onTelegramLink: (url: string) => void;
}

/** The Mini App in its frame, with everything Telegram draws around it. */
export function Phone(props: Props) {
  const { url, bot, personId, palette, size, onClose } = props;
  const words = useWords();
  const frame = useRef<HTMLIFrameElement>(null);
  const [chrome, setChrome] = useState<AppChrome>(freshChrome);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [generation, setGeneration] = useState(0);
  const [failure, setFailure] = useState("");
  const latest = useRef(props);
  latest.current = props;

  const emit = useCallback((eventType: string, eventData?: unknown) => {
    frame.current?.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), location.origin);
  }, []);
  const reload = useCallback(() => {
    setChrome(freshChrome());
    setGeneration((count) => count + 1);
  }, []);

  useEffect(() => {
    const host: BridgeHost = {
      palette: () => latest.current.palette,
      viewport: () => ({ width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 }),
      emit,
      change: setChrome,
      openPopup: (popup) => new Promise((answer) => setAsk({ kind: "popup", popup, answer })),
      openInvoice: async (slug) => {
        try {
          const invoice = await api.invoice(slug);
          return await new Promise<string>((answer) => setAsk({ kind: "invoice", invoice, answer }));
        } catch {
          return "failed";
        }
      },
      askWriteAccess: () => new Promise((answer) => setAsk({ kind: "write", answer })),
      openLink: (link) => {
        if (/^https?:/i.test(link)) window.open(link, "_blank", "noopener");
      },
      openTelegramLink: (path) => latest.current.onTelegramLink(`https://t.me${path}`),
      close: () => latest.current.onClose(),
      storage: new CloudStorage(`simulator:cloud:${bot.id}:${personId}`),
    };
    const listen = (event: MessageEvent) => {
      if (event.source === frame.current?.contentWindow && event.origin === location.origin) receive(event.data, host);
    };
    window.addEventListener("message", listen);
    return () => window.removeEventListener("message", listen);
  }, [bot.id, personId, emit]);

  useEffect(() => {
    emit("theme_changed", { theme_params: THEMES[palette] });
  }, [palette, emit]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      emit("viewport_changed", {
        width: element.clientWidth,
        height: element.clientHeight,
        is_expanded: true,
        is_state_stable: true,
      }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [emit]);

  function requestClose() {
    if (chrome.isClosingGuarded) setAsk({ kind: "close" });
    else onClose();
  }

  async function pay(invoice: InvoiceCard, answer: (status: string) => void) {
    setAsk(null);
    const outcome = await api.pay(personId, invoice.slug);
    if (outcome.status === "failed") setFailure(outcome.errorMessage ?? words.payFailed);
    answer(outcome.status);
  }

  const theme = THEMES[palette];
  const colours = {
    "--app-header": resolveColour(chrome.headerColor, palette, "header_bg_color"),
    "--app-text": theme.text_color,
    "--app-accent": theme.link_color,
    "--app-background": resolveColour(chrome.backgroundColor, palette, "bg_color"),
    "--app-bottom": resolveColour(chrome.bottomColor, palette, "bottom_bar_bg_color"),
    "--app-button": theme.button_color,
    "--app-button-text": theme.button_text_color,
  } as CSSProperties;

  return (
    <div className={styles.stage}>
      <Fit width={size.width} height={size.height}>
        <div className={styles.phone} style={colours} data-platform={props.platform}>
          {chrome.isFullscreen ? null : (
            <AppHeader
              bot={bot}
              chrome={chrome}
              words={words}
              onLeading={() => (chrome.hasBack ? emit("back_button_pressed") : requestClose())}
              onReload={reload}
              onSettings={() => emit("settings_button_pressed")}
            />
          )}
          <iframe
            key={`${url}#${generation}`}
            ref={frame}
            className={styles.frame}
            src={url}
            title={`${bot.name}: ${words.miniApp}`}
            allow="clipboard-write"
            sandbox="allow-scripts allow-same-origin allow-popups allow-forms allow-modals allow-storage-access-by-user-activation"
          />
          <BottomBar chrome={chrome} onPress={(which) => emit(`${which}_button_pressed`)} />
        </div>
      </Fit>
      <BridgeLog chrome={chrome} words={words} />
      {ask ? (
        <AskDialog ask={ask} bot={bot} personId={personId} onDone={() => setAsk(null)} onPay={pay} onClose={onClose} />
      ) : null}
      {failure ? (
        <Question
          title={words.payFailed}
          buttons={[{ id: "ok", text: words.ok, isMain: true }]}
          onAnswer={() => setFailure("")}
        >
          {failure}
        </Question>
      ) : null}
    </div>
  );
}

/** Shows its child at full size or, where there is less room, scaled down. On a real phone it gets the whole screen. */
function Fit({ width, height, children }: { width: number; height: number; children: React.ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const room = entry?.contentRect;
      if (room) setScale(Math.min(1, room.width / width, room.height / height));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [width, height]);
  return (
    <div
      ref={ref}
      className={styles.fit}
      style={{ "--phone-width": `${width}px`, "--phone-height": `${height}px` } as CSSProperties}
    >
      <div className={styles.room} style={{ "--phone-scale": scale } as CSSProperties}>
        <div className={styles.scaled}>{children}</div>
      </div>
    </div>
  );
}

function AppHeader(props: {
  bot: BotCard;
  chrome: AppChrome;
  words: Words;
  onLeading: () => void;
  onReload: () => void;
  onSettings: () => void;
}) {
  const { bot, chrome, words } = props;
  return (
    <div className={styles.header}>
      <button type="button" className={styles.leading} onClick={props.onLeading}>
        {chrome.hasBack ? `‹ ${words.back}` : words.close}
      </button>
      <div className={styles.heading}>
        <p className={styles.name}>{bot.name}</p>
        <p className={styles.kind}>{words.miniApp}</p>
      </div>
      <div className={styles.trailing}>
        {chrome.hasSettings ? (
          <button type="button" onClick={props.onSettings} aria-label={words.settings}>
            ⚙
          </button>
        ) : null}
        <button type="button" onClick={props.onReload} aria-label={words.reload}>
          ⟳
        </button>
      </div>
    </div>
  );
}

function BottomBar({ chrome, onPress }: { chrome: AppChrome; onPress: (which: "main" | "secondary") => void }) {
  const { main, secondary } = chrome;
  if (!main.is_visible && !secondary.is_visible) return null;
  const isRow = secondary.position !== "top" && secondary.position !== "bottom";
  const comesFirst = secondary.position === "left" || secondary.position === "top";
  const drawn = [
    { which: "main" as const, button: main },
    { which: "secondary" as const, button: secondary },
  ].filter(({ button }) => button.is_visible);
  if (comesFirst) drawn.reverse();
  return (
    <div className={styles.bottom} data-row={isRow}>
      {drawn.map(({ which, button }) => (
        <NativeButtonView key={which} which={which} button={button} onPress={() => onPress(which)} />
      ))}
    </div>
  );
}

function NativeButtonView(props: { which: "main" | "secondary"; button: NativeButton; onPress: () => void }) {
  const { which, button, onPress } = props;
  const style = {
    ...(button.color ? { background: button.color } : {}),
    ...(button.text_color ? { color: button.text_color } : {}),
  };
  return (
    <button
      type="button"
      className={which === "main" ? styles.main : styles.secondary}
      style={style}
      data-shine={button.has_shine_effect || undefined}
      disabled={!button.is_active || button.is_progress_visible}
      aria-busy={button.is_progress_visible}
      onClick={onPress}
    >
      {button.is_progress_visible ? <span className={styles.spinner} aria-hidden="true" /> : null}
      <span className={button.is_progress_visible ? "visually-hidden" : undefined}>{button.text}</span>
    </button>
  );
}

function BridgeLog({ chrome, words }: { chrome: AppChrome; words: Words }) {
  return (
    <details className={styles.log}>
      <summary>
        {words.bridgeLog}
        {chrome.lastHaptic ? (
          <span className={styles.haptic}>
            {words.haptic}: {chrome.lastHaptic}
          </span>
        ) : null}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <ol tabIndex={0} aria-label={words.bridgeLog}>
        {chrome.log.map((line) => (
          <li key={line.id}>
            <code>{line.event.replace("web_app_", "")}</code> <span>{line.detail}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

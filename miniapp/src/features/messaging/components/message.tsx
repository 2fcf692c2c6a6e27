import { useT } from "@miniapp/shared/i18n.ts";
import { AppLink } from "@miniapp/shared/navigation.tsx";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { ChevronIcon, CopyIcon, LinkIcon, useCopy } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Content } from "../api.ts";
import { parseTelegramHtml, textOf } from "../telegram-html.ts";
import styles from "./message.module.css";
import { TelegramText } from "./telegram-text.tsx";

type TextContent = Extract<Content, { kind: "text" }>;
type MessageButton = NonNullable<TextContent["buttons"]>[number][number];

/** The words of a message without any style; empty for one that has none. */
export function wordsOf(content: Content): string {
  const html = content.kind === "text" ? content.html : content.kind === "album" ? captionOf(content) : content.caption;
  return textOf(parseTelegramHtml(html ?? "")).trim();
}
const captionOf = (album: Extract<Content, { kind: "album" }>) => album.items.find((item) => item.caption)?.caption;

/** A message as Telegram shows it: its text, what is attached, and its buttons, which work. */
export function Message({ content }: { content: Content }): JSX.Element {
  if (content.kind === "album")
    return (
      <div className={styles.wall}>
        {content.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an album never changes its order
          <div key={index} className={styles.bubble}>
            <Attachment kind={item.kind} media={item.media} />
            {item.caption && <TelegramText html={item.caption} />}
          </div>
        ))}
      </div>
    );
  return (
    <div className={styles.wall}>
      <div className={styles.bubble}>
        {content.kind !== "text" && <Attachment kind={content.kind} media={content.media} />}
        {content.kind === "text" ? (
          <TelegramText html={content.html} />
        ) : (
          content.caption && <TelegramText html={content.caption} />
        )}
      </div>
      {content.buttons && content.buttons.length > 0 && <Keyboard lines={content.buttons} />}
    </div>
  );
}

/** Media is named, not fetched: the app loads nothing from addresses that a message brings along. */
function Attachment({ kind, media }: { kind: "photo" | "video" | "document"; media: string }): JSX.Element {
  const t = useT();
  return (
    <div className={styles.media}>
      <LinkIcon size={20} />
      <span>
        {t("app.message.media")} · {kind}
        {/^https:/.test(media) && ` · ${media}`}
      </span>
    </div>
  );
}

const Keyboard = ({ lines }: { lines: readonly (readonly MessageButton[])[] }): JSX.Element => (
  <div className={styles.keyboard}>
    {lines.map((line, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a sent keyboard never changes its order
      <div key={index} className={styles.line}>
        {line.map((button, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Key key={place} button={button} />
        ))}
      </div>
    ))}
  </div>
);

function Key({ button }: { button: MessageButton }): JSX.Element {
  const copy = useCopy();
  if ("app" in button)
    return (
      <AppLink to={`/${button.app}`} className={styles.key}>
        {button.text}
        <ChevronIcon size={16} />
      </AppLink>
    );
  // It asks the bot something, which only works in the chat itself.
  if ("callback" in button) return <span className={styles.key}>{button.text}</span>;
  const onClick = "copy" in button ? () => copy(button.copy) : () => openAddress(button.url);
  return (
    <button type="button" className={styles.key} onClick={onClick}>
      {button.text}
      {"copy" in button ? <CopyIcon size={16} /> : <LinkIcon size={16} />}
    </button>
  );
}

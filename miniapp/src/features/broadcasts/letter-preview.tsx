/** A letter as Telegram shows it to one reader: the bubble with its file and words, the buttons under it. */
import { messageFor, type Reader, renderMessage } from "@backend/modules/messaging/domain/letter.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CopyIcon, LinkIcon } from "@miniapp/shared/ui/index.ts";
import { Fragment, type JSX } from "react";
import { TelegramText } from "../messaging/components/telegram-text.tsx";
import styles from "./letter.module.css";
import { buttonsOf, filesOf, onlyCaption, textOf } from "./letter-draft.ts";
import { FileView } from "./letter-file.tsx";
import type { Button, Content, Letter } from "./letters-api.ts";

export interface LetterPreviewProps {
  letter: Letter;
  /** Whose language; whoever reads none of the letter's gets its main one. */
  language: string;
  /** Who reads it; by default somebody of whom everything is known. */
  reader?: Reader;
}

/** Somebody invented, of whom everything is known but the workspace's own fields. */
export function useSampleReader(language: string): Reader {
  const t = useT();
  return {
    language,
    firstName: t("app.letter.sample.first_name"),
    lastName: t("app.letter.sample.last_name"),
    username: "olena",
    fields: {},
    source: "summer",
    bot: { username: "your_bot", name: "" },
  };
}

export function LetterPreview({ letter, language, reader }: LetterPreviewProps): JSX.Element {
  const t = useT();
  const sample = useSampleReader(language);
  const message = renderMessage<Content>(messageFor(letter, language), reader ?? sample);
  const files = filesOf(message);
  const isWall = files.length > 1 && files[0]?.kind !== "document";
  const text = message.kind === "album" ? (isWall ? (onlyCaption(files) ?? "") : "") : textOf(message);
  const rows = buttonsOf(message);
  // Of several captions in a wall of pictures Telegram shows each with its own picture, once that is opened.
  const isHidden = isWall && text === "" && files.some(({ caption }) => caption);
  return (
    <figure className={styles.chat} aria-label={t("app.letter.preview")}>
      <div className={`${styles.bubble} ${rows.length > 0 ? styles.hasButtons : ""}`}>
        {files.length > 0 && (
          <div className={isWall ? styles.grid : styles.files}>
            {files.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: files of a message have no names, and keep their places
              <Fragment key={index}>
                <FileView item={item} />
                {!isWall && item.caption && (
                  <div className={styles.words}>
                    <TelegramText html={item.caption} />
                  </div>
                )}
              </Fragment>
            ))}
          </div>
        )}
        {text.trim() !== "" && (
          <div className={styles.words}>
            <TelegramText html={text} />
          </div>
        )}
        {isHidden && <div className={styles.nothing}>{t("app.letter.captions_inside")}</div>}
        {text.trim() === "" && files.length === 0 && (
          <div className={styles.nothing}>{t("app.letter.nothing_yet")}</div>
        )}
      </div>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a message have no names, and keep their places
        <div key={index} className={styles.keyRow}>
          {row.map((button, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Key key={column} button={button} />
          ))}
        </div>
      ))}
    </figure>
  );
}

const Key = ({ button }: { button: Button }): JSX.Element => (
  <span className={styles.key}>
    <span>{button.text}</span>
    {"url" in button && <LinkIcon size={14} />}
    {"copy" in button && <CopyIcon size={14} />}
  </span>
);

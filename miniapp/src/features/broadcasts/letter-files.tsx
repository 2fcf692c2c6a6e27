/** The files of a message: one, or those of an album in their order. */
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Button,
  ChatIcon,
  CloseIcon,
  Field,
  IconButton,
  PlusIcon,
  Section,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./letter.module.css";
import { type AlbumItem, asKind, rearranged, withCaption } from "./letter-draft.ts";
import { FileChooser, FileView } from "./letter-file.tsx";
import { type LetterProblem, problemsAt } from "./letter-problems.ts";
import { Problems, Words } from "./letter-text.tsx";
import type { Content } from "./letters-api.ts";

export interface LetterFilesProps {
  message: Content;
  language: string;
  problems: readonly LetterProblem[];
  isReadOnly: boolean;
  onChange(message: Content): void;
}

export function LetterFiles({
  message,
  language,
  problems,
  isReadOnly,
  onChange,
}: LetterFilesProps): JSX.Element | null {
  const t = useT();
  const isOffline = useIsOffline();
  if (message.kind === "text") return null;
  if (message.kind === "album") return <Album {...{ message, language, problems, isReadOnly, onChange }} />;
  const { media, kind } = message;
  const isAddress = media !== "" && !media.startsWith("upload:");
  const put = (item: AlbumItem) => onChange({ ...asKind(message, item.kind), media: item.media } as Content);
  return (
    <Section header={t("app.letter.file")} footer={t(`app.letter.limit.${kind}`)}>
      {media !== "" && !isAddress && (
        <div className={styles.chosen}>
          <FileView item={{ kind, media }} isSmall />
          <span>{t(`app.letter.kind.${kind}`)}</span>
          {!isReadOnly && (
            <IconButton
              icon={<CloseIcon />}
              label={t("app.letter.remove_file")}
              onClick={() => onChange({ ...message, media: "" })}
            />
          )}
        </div>
      )}
      {!isReadOnly && (
        <FileChooser
          kind={kind}
          label={t(media === "" ? "app.letter.choose_file" : "app.letter.other_file")}
          isDisabled={isOffline}
          onFile={put}
        />
      )}
      {(media === "" || isAddress) && (
        <Field
          label={t("app.letter.address")}
          kind="url"
          placeholder="https://"
          value={media}
          maxLength={2_048}
          isDisabled={isReadOnly}
          onChange={(next) => onChange({ ...message, media: next.trim() })}
        />
      )}
      <Problems problems={problemsAt(problems, language, "media")} />
    </Section>
  );
}

function Album({
  message,
  language,
  problems,
  isReadOnly,
  onChange,
}: LetterFilesProps & { message: Extract<Content, { kind: "album" }> }): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const { items } = message;
  const [open, setOpen] = useState<number | null>(null);
  const put = (next: readonly AlbumItem[]) => onChange({ ...message, items: rearranged(items, next) });
  const nameOf = (item: AlbumItem) => `${t(`app.letter.kind.${item.kind}`)} ${items.indexOf(item) + 1}`;
  // Words under the first file have their own place below.
  const here = problemsAt(problems, language, "items").filter(({ place }) => place !== "items.0.caption");
  const opened = open === null ? undefined : items[open];
  return (
    <Section header={t("app.letter.files", { count: items.length })} footer={t("app.letter.limit.album")}>
      {items.length > 0 && (
        <ReorderList
          label={t("app.letter.order")}
          items={items}
          keyOf={({ kind, media }) => `${kind} ${media}`}
          nameOf={nameOf}
          onChange={put}
          render={(item) => (
            <div className={styles.chosen}>
              <FileView item={item} isSmall />
              <span>{nameOf(item)}</span>
              {items.indexOf(item) > 0 && (item.caption || !isReadOnly) && (
                <IconButton
                  icon={item.caption ? <ChatIcon /> : <PlusIcon />}
                  label={`${t(item.caption ? "app.letter.own_caption" : "app.letter.add_caption")}: ${nameOf(item)}`}
                  onClick={() => setOpen(items.indexOf(item))}
                />
              )}
              {!isReadOnly && (
                <IconButton
                  icon={<CloseIcon />}
                  label={`${t("app.letter.remove_file")}: ${nameOf(item)}`}
                  onClick={() => put(items.filter((one) => one !== item))}
                />
              )}
            </div>
          )}
        />
      )}
      {!isReadOnly && items.length < 10 && (
        <FileChooser
          kind={items.some(({ kind }) => kind === "document") ? "document" : "album"}
          label={t("app.letter.add_files")}
          isDisabled={isOffline}
          onFile={(item) => put([...items, item])}
        />
      )}
      <Problems problems={here} />
      {open !== null && opened && (
        <Sheet title={`${t("app.letter.own_caption")}: ${nameOf(opened)}`} onClose={() => setOpen(null)}>
          <SheetBody>
            <Section footer={t("app.letter.own_caption_text")}>
              <Words
                label={t("app.letter.own_caption")}
                value={opened.caption ?? ""}
                isCaption
                problems={problemsAt(problems, language, `items.${open}.caption`)}
                isReadOnly={isReadOnly}
                onChange={(words) => onChange({ ...message, items: withCaption(items, open, words) })}
              />
            </Section>
            <Button isWide onClick={() => setOpen(null)}>
              {t("app.letter.done")}
            </Button>
          </SheetBody>
        </Sheet>
      )}
    </Section>
  );
}

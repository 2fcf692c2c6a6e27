/** A file of a message: how it looks, and how one is chosen. */
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { Progress } from "@miniapp/shared/ui/feedback.tsx";
import { InboxIcon, PlayIcon, toast } from "@miniapp/shared/ui/index.ts";
import { type Upload, useUpload } from "@miniapp/shared/upload.ts";
import { usePicture } from "@miniapp/shared/use-picture.ts";
import { type JSX, useEffect, useRef } from "react";
import styles from "./letter.module.css";
import type { AlbumItem } from "./letter-draft.ts";

const prefix = "upload:";
const uploadIdOf = (media: string) => (media.startsWith(prefix) ? media.slice(prefix.length) : null);

/** The picture of an uploaded photo; null for everything that is none, and until it is there. */
function usePhoto({ kind, media }: AlbumItem): string | null {
  const id = kind === "photo" ? uploadIdOf(media) : null;
  return usePicture(id === null ? null : `/uploads/${id}/content`);
}

/** A file as a message shows it. Addresses that a message brings along are named, never fetched. */
export function FileView({ item, isSmall = false }: { item: AlbumItem; isSmall?: boolean }): JSX.Element {
  const t = useT();
  const picture = usePhoto(item);
  const label = t(`app.letter.kind.${item.kind}`);
  const className = isSmall ? styles.thumbnail : item.kind === "document" ? styles.document : styles.picture;
  if (picture) return <img className={className} src={picture} alt={label} />;
  return (
    <span className={`${className} ${styles.blank}`}>
      {item.kind === "video" ? <PlayIcon size={24} /> : <InboxIcon size={24} />}
      {isSmall ? <span className="visually-hidden">{label}</span> : <span>{fileWords(item, label)}</span>}
    </span>
  );
}

/** The host of an address, or what kind of file it is. */
const fileWords = ({ media }: AlbumItem, label: string) =>
  URL.canParse(media) && media.startsWith("https:") ? `${label} · ${new URL(media).hostname}` : label;

const accepted = {
  photo: "image/jpeg,image/png,image/webp",
  video: "video/mp4,video/quicktime",
  document: "",
} as const;

export interface FileChooserProps {
  /** What is asked for; an album asks for photos and videos. */
  kind: AlbumItem["kind"] | "album";
  label: string;
  isDisabled: boolean;
  /** One file after another, each as Telegram takes it. */
  onFile(item: AlbumItem): void;
}

export function FileChooser({ kind, label, isDisabled, onFile }: FileChooserProps): JSX.Element {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const { stage, send, cancel } = useUpload("media");
  // Of several files each comes to what the message has become by then.
  const take = useRef(onFile);
  useEffect(() => {
    take.current = onFile;
  });
  const choose = async (files: readonly File[]) => {
    for (const file of files) {
      const upload = await send(file);
      if (!upload) return;
      const item = itemOf(upload, kind);
      if (item.kind === "document" && kind !== "document" && kind !== "album") toast(t("app.letter.sent_as_document"));
      take.current(item);
    }
  };
  if (stage.kind === "sending")
    return (
      <div className={styles.sending}>
        <Progress label={stage.file.name} done={stage.done} total={stage.file.size} />
        <button type="button" className={styles.choose} onClick={cancel}>
          {t("app.action.cancel")}
        </button>
      </div>
    );
  return (
    <>
      {stage.kind === "failed" && (
        <p className={styles.problem} role="alert">
          {sentenceOf(t, stage.error)}
        </p>
      )}
      <button type="button" className={styles.choose} disabled={isDisabled} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        multiple={kind === "album"}
        accept={kind === "album" ? `${accepted.photo},${accepted.video}` : accepted[kind]}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          void choose(files);
        }}
      />
    </>
  );
}

/** A picture too large for a photo, or a file of an unknown kind, goes as a document. */
function itemOf(upload: Upload, asked: FileChooserProps["kind"]): AlbumItem {
  const media = `${prefix}${upload.id}`;
  if (asked === "document") return { kind: "document", media };
  const { sendAs } = upload;
  return {
    kind: sendAs === "photo" ? "photo" : sendAs === "video" || sendAs === "animation" ? "video" : "document",
    media,
  };
}

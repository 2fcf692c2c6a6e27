/** The field in which the text of an alert is written. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { LinkIcon } from "@miniapp/shared/ui/index.ts";
import { MarkedArea, type MarkedAreaHandle } from "@miniapp/shared/ui/marked-area.tsx";
import type { JSX, ReactNode, Ref } from "react";

/** As Telegram counts them, after the marks are taken out. */
export const maxCharacters = 4_096;

export type TemplateAreaHandle = MarkedAreaHandle;

export interface TemplateAreaProps {
  label: string;
  value: string;
  /** Characters of the rendered message; null while it is not known. */
  length: number | null;
  isReadOnly: boolean;
  onChange(value: string): void;
  ref?: Ref<TemplateAreaHandle>;
}

const marks = [
  { name: "bold", before: "<b>", after: "</b>", face: <b>B</b> },
  { name: "italic", before: "<i>", after: "</i>", face: <i>I</i> },
  { name: "code", before: "<code>", after: "</code>", face: <code>{"</>"}</code> },
  { name: "link", before: '<a href="https://">', after: "</a>", face: <LinkIcon size={20} /> },
  { name: "optional", before: "[[", after: "]]", face: <code>{"[[ ]]"}</code> },
] as const satisfies readonly { name: string; before: string; after: string; face: ReactNode }[];

export function TemplateArea({ length, ...area }: TemplateAreaProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <MarkedArea
      {...area}
      marksLabel={t("app.text.marks")}
      marks={marks.map(({ name, ...mark }) => ({ ...mark, label: t(`app.text.mark.${name}`) }))}
      counter={t("app.text.length", { count: length ?? 0, most: format.number(maxCharacters) })}
      isLong={length !== null && length > maxCharacters}
      maxLength={maxCharacters}
    />
  );
}

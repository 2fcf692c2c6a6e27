/** The words of a message, or those under one of its files. */
import { checkHtml, maxCaptionLength, maxMessageLength } from "@backend/modules/messaging/domain/check-html.ts";
import { blankReader } from "@backend/modules/messaging/domain/letter.ts";
import { fill } from "@backend/modules/messaging/domain/variables.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { EyeIcon, LinkIcon, PersonIcon, Section } from "@miniapp/shared/ui/index.ts";
import areaStyles from "@miniapp/shared/ui/marked-area.module.css";
import { MarkedArea, type MarkedAreaHandle } from "@miniapp/shared/ui/marked-area.tsx";
import { type JSX, type ReactNode, useRef, useState } from "react";
import styles from "./letter.module.css";
import { textOf, withText } from "./letter-draft.ts";
import { type LetterProblem, problemsAt, problemWords } from "./letter-problems.ts";
import { LetterVariables } from "./letter-variables.tsx";
import type { Content } from "./letters-api.ts";

const marks = [
  { name: "bold", before: "<b>", after: "</b>", face: <b>B</b> },
  { name: "italic", before: "<i>", after: "</i>", face: <i>I</i> },
  { name: "underline", before: "<u>", after: "</u>", face: <u>U</u> },
  { name: "strike", before: "<s>", after: "</s>", face: <s>S</s> },
  { name: "link", before: '<a href="https://">', after: "</a>", face: <LinkIcon size={20} /> },
  { name: "quote", before: "<blockquote>", after: "</blockquote>", face: <b>“”</b> },
  { name: "spoiler", before: "<tg-spoiler>", after: "</tg-spoiler>", face: <EyeIcon size={20} /> },
  { name: "code", before: "<code>", after: "</code>", face: <code>{"</>"}</code> },
] as const satisfies readonly { name: string; before: string; after: string; face: ReactNode }[];

/** Characters that can be typed before anything is parsed (`Content` of the contracts). */
const typable = { text: 32_768, caption: 8_192 } as const;
const nobody = blankReader({ language: null, bot: { username: "bot", name: "" } });

export const Problems = ({ problems }: { problems: readonly LetterProblem[] }): JSX.Element => {
  const t = useT();
  return (
    <>
      {problems.map((problem) => (
        <p
          key={`${problem.place} ${problem.code} ${JSON.stringify(problem.params)}`}
          className={problem.isWarning ? styles.warning : styles.problem}
          role={problem.isWarning ? undefined : "alert"}
        >
          {problemWords(t, problem)}
        </p>
      ))}
    </>
  );
};

export interface LetterTextProps {
  message: Content;
  language: string;
  problems: readonly LetterProblem[];
  isReadOnly: boolean;
  onChange(message: Content): void;
}

export function LetterText({ message, language, problems, isReadOnly, onChange }: LetterTextProps): JSX.Element {
  const t = useT();
  const text = textOf(message);
  const isText = message.kind === "text";
  const isOneOfSeveral = message.kind === "album" && message.items.slice(1).some(({ caption }) => caption);
  // An empty text is no mistake before anything was written: the button that saves says what is missing.
  const here = problemsAt(problems, language, "html", "caption", "items.0.caption").filter(
    ({ code }) => code !== "letters.empty" || text.trim() !== "",
  );
  const label = t(isText ? "app.letter.text" : isOneOfSeveral ? "app.letter.first_caption" : "app.letter.caption");
  return (
    <Section header={label}>
      <Words
        label={label}
        value={text}
        isCaption={!isText}
        problems={here}
        isReadOnly={isReadOnly}
        onChange={(next) => onChange(withText(message, next))}
      />
    </Section>
  );
}

export interface WordsProps {
  label: string;
  value: string;
  /** Shorter than a message may be. */
  isCaption: boolean;
  problems: readonly LetterProblem[];
  isReadOnly: boolean;
  onChange(words: string): void;
}

/** Words with Telegram's marks and variables, and how many characters are left. */
export function Words({ label, value, isCaption, problems, isReadOnly, onChange }: WordsProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const area = useRef<MarkedAreaHandle>(null);
  const [isChoosing, setChoosing] = useState(false);
  const most = isCaption ? maxCaptionLength : maxMessageLength;
  const { length } = checkHtml(fill(value, nobody, "html"), most);
  return (
    <>
      <MarkedArea
        ref={area}
        label={label}
        value={value}
        marksLabel={t("app.letter.marks")}
        marks={marks.map(({ name, ...mark }) => ({ ...mark, label: t(`app.letter.mark.${name}`) }))}
        tools={
          <button
            type="button"
            className={areaStyles.tool}
            aria-label={t("app.letter.variables")}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => setChoosing(true)}
          >
            <PersonIcon size={20} />
          </button>
        }
        counter={t("app.letter.length", { length: format.number(length), most: format.number(most) })}
        isLong={length > most}
        isReadOnly={isReadOnly}
        maxLength={isCaption ? typable.caption : typable.text}
        rows={isCaption ? 5 : 8}
        placeholder={t("app.letter.write")}
        onChange={onChange}
      />
      <Problems problems={problems} />
      {isChoosing && (
        <LetterVariables onInsert={(written) => area.current?.insert(written)} onClose={() => setChoosing(false)} />
      )}
    </>
  );
}

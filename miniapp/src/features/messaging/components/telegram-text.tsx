import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { type JSX, type ReactNode, useMemo, useState } from "react";
import { type Node, type Piece, parseTelegramHtml } from "../telegram-html.ts";
import styles from "./message.module.css";

/** Text in Telegram's HTML, as elements of our own. */
export function TelegramText({ html }: { html: string }): JSX.Element {
  const nodes = useMemo(() => parseTelegramHtml(html), [html]);
  return <>{render(nodes)}</>;
}

const isBlock = (node: Node | undefined) =>
  typeof node === "object" && (node.style === "pre" || node.style === "quote");

const render = (nodes: readonly Node[]): ReactNode[] =>
  nodes.map((node, index) => {
    // A block ends its line by itself.
    if (typeof node === "string") return isBlock(nodes[index - 1]) ? node.replace(/^\n/, "") : node;
    // biome-ignore lint/suspicious/noArrayIndexKey: a parsed text never changes its order
    return <Styled key={index} {...node} />;
  });

function Styled({ style, href, children }: Piece): ReactNode {
  const inside = render(children);
  switch (style) {
    case "bold":
      return <strong>{inside}</strong>;
    case "italic":
      return <em>{inside}</em>;
    case "underline":
      return <u>{inside}</u>;
    case "strike":
      return <s>{inside}</s>;
    case "code":
      return <code className={styles.code}>{inside}</code>;
    case "pre":
      return <pre className={styles.pre}>{inside}</pre>;
    case "quote":
      return <blockquote className={styles.quote}>{inside}</blockquote>;
    case "spoiler":
      return <Spoiler>{inside}</Spoiler>;
    case "link":
      return href ? <Link href={href}>{inside}</Link> : inside;
    case "plain":
      return inside;
  }
}

const Link = ({ href, children }: { href: string; children: ReactNode }): JSX.Element => (
  <a
    href={href}
    target="_blank"
    rel="noreferrer"
    className={styles.link}
    onClick={(event) => {
      event.preventDefault();
      openAddress(href);
    }}
  >
    {children}
  </a>
);

function Spoiler({ children }: { children: ReactNode }): JSX.Element {
  const t = useT();
  const [isShown, setShown] = useState(false);
  if (isShown) return <span>{children}</span>;
  return (
    <button type="button" className={styles.spoiler} onClick={() => setShown(true)}>
      {t("app.message.spoiler")}
    </button>
  );
}

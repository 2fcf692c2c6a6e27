import { type ReactNode, useState } from "react";
import type { ShownMessage } from "./api.ts";
import styles from "./message.module.css";

type Entity = NonNullable<ShownMessage["entities"]>[number];

const end = (entity: Entity): number => entity.offset + entity.length;
const isBlock = (entity: Entity): boolean => entity.type === "pre" || entity.type.endsWith("blockquote");

export interface TextActions {
  onLink: (url: string) => void;
  onCommand: (command: string) => void;
}

/** Text with Telegram's entities. Blocks come first; inside them every stretch wears all styles that cover it. */
export function RichText({ text, entities, actions }: { text: string; entities: Entity[]; actions: TextActions }) {
  const blocks = entities.filter(isBlock).sort((a, b) => a.offset - b.offset);
  const inline = entities.filter((entity) => !isBlock(entity));
  const parts: ReactNode[] = [];
  let at = 0;
  for (const block of blocks) {
    if (block.offset < at) continue;
    parts.push(...stretches(text, at, block.offset, inline, actions));
    const inside = stretches(text, block.offset, end(block), inline, actions);
    parts.push(
      block.type === "pre" ? (
        <pre key={`b${block.offset}`} className={styles.pre}>
          {block.language ? <span className={styles.language}>{block.language}</span> : null}
          <code>{inside}</code>
        </pre>
      ) : (
        <blockquote key={`b${block.offset}`} className={styles.quote}>
          {inside}
        </blockquote>
      ),
    );
    at = end(block);
    if (text[at] === "\n") at++;
  }
  parts.push(...stretches(text, at, text.length, inline, actions));
  return <>{parts}</>;
}

function stretches(text: string, from: number, to: number, entities: Entity[], actions: TextActions): ReactNode[] {
  const inside = entities.filter((entity) => entity.offset < to && end(entity) > from);
  const cuts = new Set([from, to]);
  for (const entity of inside) {
    cuts.add(Math.max(from, entity.offset));
    cuts.add(Math.min(to, end(entity)));
  }
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, index) => {
    const stop = edges[index + 1] as number;
    const worn = inside.filter((entity) => entity.offset <= start && end(entity) >= stop);
    return worn.reduceRight<ReactNode>(
      (content, entity, depth) => dress(entity, content, `${start}-${depth}`, text, actions),
      <span key={start}>{text.slice(start, stop)}</span>,
    );
  });
}

function dress(entity: Entity, content: ReactNode, key: string, text: string, actions: TextActions): ReactNode {
  const raw = text.slice(entity.offset, end(entity));
  switch (entity.type) {
    case "bold":
      return <strong key={key}>{content}</strong>;
    case "italic":
      return <em key={key}>{content}</em>;
    case "underline":
      return <u key={key}>{content}</u>;
    case "strikethrough":
      return <s key={key}>{content}</s>;
    case "code":
      return (
        <code key={key} className={styles.code}>
          {content}
        </code>
      );
    case "spoiler":
      return (
        <Spoiler key={key} length={entity.length}>
          {content}
        </Spoiler>
      );
    case "url":
    case "text_link":
      return (
        <Link key={key} url={entity.url ?? raw} onLink={actions.onLink}>
          {content}
        </Link>
      );
    case "bot_command":
      return (
        <button key={key} type="button" className={styles.command} onClick={() => actions.onCommand(raw)}>
          {content}
        </button>
      );
    case "mention":
    case "hashtag":
    case "text_mention":
      return (
        <span key={key} className={styles.mention}>
          {content}
        </span>
      );
    default:
      return <span key={key}>{content}</span>;
  }
}

function Link({ url, onLink, children }: { url: string; onLink: (url: string) => void; children: ReactNode }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className={styles.link}
      onClick={(event) => {
        event.preventDefault();
        onLink(url);
      }}
    >
      {children}
    </a>
  );
}

const LONGEST_COVER = 24;

function Spoiler({ length, children }: { length: number; children: ReactNode }) {
  const [isShown, setIsShown] = useState(false);
  if (isShown) return <span className={styles.spoilerShown}>{children}</span>;
  return (
    <button type="button" className={styles.spoiler} aria-label="Spoiler" onClick={() => setIsShown(true)}>
      {"▒".repeat(Math.min(length, LONGEST_COVER))}
    </button>
  );
}

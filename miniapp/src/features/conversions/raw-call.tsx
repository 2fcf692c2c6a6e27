import { useT } from "@miniapp/shared/i18n.ts";
import { Fact, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./raw-call.module.css";

export interface RawCallProps {
  header: string;
  method: string;
  path: string;
  query: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Said below the body: that it is cut, or binary. */
  bodyNote?: string | undefined;
  sender: string | null;
  /** The page of the call itself. */
  to?: string;
}

/** Parameters of a query string as people read them; what cannot be decoded stays as it came. */
export function parametersOf(query: string): { name: string; value: string }[] {
  if (query === "") return [];
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  };
  return query.split("&").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0
      ? { name: decode(pair), value: "" }
      : { name: decode(pair.slice(0, at)), value: decode(pair.slice(at + 1)) };
  });
}

/** A call as it came, without its secret. */
export function RawCall(props: RawCallProps): JSX.Element {
  const t = useT();
  const parameters = parametersOf(props.query);
  return (
    <>
      <Section header={props.header}>
        <Row title={`${props.method} ${props.path}`} {...(props.to ? { to: props.to } : {})} />
        <Fact name={t("app.call.sender")} value={props.sender} canCopy isMono />
      </Section>
      {parameters.length > 0 && (
        <Section header={t("app.call.query")}>
          {parameters.map(({ name, value }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a call may name a parameter twice, and the list never changes
            <Fact key={`${index} ${name}`} name={name} value={value || "–"} canCopy isMono />
          ))}
        </Section>
      )}
      {props.body !== null && props.body !== "" && (
        <Section header={t("app.call.body")} footer={props.bodyNote}>
          <pre className={styles.code}>{props.body}</pre>
        </Section>
      )}
      {Object.keys(props.headers).length > 0 && (
        <Section header={t("app.call.headers")}>
          <pre className={styles.code}>
            {Object.entries(props.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join("\n")}
          </pre>
        </Section>
      )}
    </>
  );
}

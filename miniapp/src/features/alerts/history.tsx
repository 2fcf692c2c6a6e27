/** What was done to a route, by whom and when, in the words of the form. */
import type { Condition, RouteDraft, RouteTarget } from "@backend/modules/conversions/domain/conditions.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppKey, useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type Change, changesOf } from "../identity/changes.ts";
import { targetChatsQuery } from "../messaging/chats-api.ts";
import styles from "./alerts.module.css";
import { type AlertRoute, type HistoryEntry, historyQuery } from "./api.ts";
import { targetKey, useRouteWords } from "./condition-words.ts";

const names = {
  name: "app.route.name",
  isOn: "app.route.is_on",
  isFallback: "app.route.is_fallback",
  stops: "app.route.does_stop",
  conditions: "app.route.when",
  targets: "app.route.who",
  pace: "app.route.pace",
  quiet: "app.pace.quiet_hours",
} as const satisfies Readonly<Record<keyof RouteDraft, AppKey>>;
const isKnown = (field: string): field is keyof typeof names => Object.hasOwn(names, field);

export default function History({ route }: { route: AlertRoute }): JSX.Element | null {
  const t = useT();
  const list = useSuspenseInfiniteQuery(historyQuery(route.id));
  const entries = list.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) return null;
  return (
    <Section header={t("app.route.history")}>
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} route={route} />
      ))}
      {list.hasNextPage && (
        <Row
          tone="accent"
          title={t("app.dry.older")}
          isDisabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        />
      )}
    </Section>
  );
}

function Entry({ entry, route }: { entry: HistoryEntry; route: AlertRoute }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const say = useChangeWords(route);
  const action = entry.action.split(".").at(-1) ?? "";
  const changes =
    action === "changed" ? changesOf(entry.before, entry.after).filter(({ field }) => isKnown(field)) : [];
  return (
    <Row
      title={t.find(`app.route.done.${action}`) ?? t("app.route.done.changed")}
      isWrapped
      subtitle={
        <>
          <span className={styles.line}>
            {[entry.by ?? t("app.route.by_program"), format.dateTime(entry.at)].join(" · ")}
          </span>
          {changes.map((change) => (
            <span key={change.field} className={styles.line}>
              {say(change)}
            </span>
          ))}
        </>
      }
    />
  );
}

/** "Who is told: Denis → Denis, Heads". */
function useChangeWords(route: AlertRoute): (change: Change) => string {
  const t = useT();
  const words = useRouteWords();
  const { data: chats } = useQuery(targetChatsQuery);
  const nameOf = (target: RouteTarget): string => {
    const at = route.targets.findIndex((known) => targetKey(known) === targetKey(target));
    const chat = target.kind === "chat" ? chats?.find(({ id }) => id === target.chatId)?.name : undefined;
    return (at < 0 ? undefined : route.targetStates[at]?.name) ?? chat ?? t("app.target.gone");
  };
  const wordsOf = (field: keyof RouteDraft, value: unknown): string => {
    switch (field) {
      case "name":
        return String(value ?? "");
      case "isOn":
      case "isFallback":
      case "stops":
        return t(value === true ? "app.route.yes" : "app.route.no");
      case "conditions":
        return words.conditions(Array.isArray(value) ? (value as Condition[]) : []);
      case "targets":
        return (Array.isArray(value) ? (value as RouteTarget[]) : []).map(nameOf).join(", ");
      case "pace": {
        const said = value ? words.pace({ pace: value as RouteDraft["pace"], quiet: null }) : [];
        return said.join(", ") || t("app.pace.now");
      }
      case "quiet": {
        const quiet = value as RouteDraft["quiet"];
        return quiet ? `${quiet.from}–${quiet.to}, ${t(`app.pace.${quiet.policy}`)}` : t("app.route.no");
      }
    }
  };
  return ({ field, before, after }) =>
    isKnown(field)
      ? t("app.route.was_now", {
          field: t(names[field]),
          before: wordsOf(field, before),
          after: wordsOf(field, after),
        })
      : "";
}

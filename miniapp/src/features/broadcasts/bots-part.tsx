import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { matching, searchedFrom } from "@miniapp/features/operations/list-search.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, CheckIcon, Empty, Row, Search, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { botsQuery } from "../bots/api.ts";
import { chatQuery } from "../messaging/api.ts";
import { targetChatsQuery } from "../messaging/chats-api.ts";

/** More than this go into a sheet. */
const shownAtOnce = 5;
/** And more than this are not drawn there: whoever has so many looks for one by its name. */
const drawnAtMost = 100;

interface Option {
  id: string;
  title: string;
  subtitle?: string | undefined;
  /** It cannot be written to any more; the subtitle says why. */
  isLost?: boolean;
}

function Choices({
  options,
  chosen,
  onChange,
}: {
  options: readonly Option[];
  chosen: readonly string[];
  onChange(ids: string[]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [search, setSearch] = useState("");
  // Those chosen when it is opened stand on top; a tap moves nothing.
  const [first] = useState(chosen);
  const sorted = [...options].sort((a, b) => Number(first.includes(b.id)) - Number(first.includes(a.id)));
  const found = matching(sorted, search, ({ title, subtitle = "" }) => `${title} ${subtitle}`);
  return (
    <>
      {options.length > searchedFrom && <Search value={search} onChange={setSearch} label={t("app.action.search")} />}
      {options.length > 0 && found.length === 0 && (
        <Empty
          title={t("app.state.nothing_found")}
          action={{ text: t("app.action.reset"), onClick: () => setSearch("") }}
        />
      )}
      {found.slice(0, drawnAtMost).map(({ id, title, subtitle, isLost = false }) => {
        const isChosen = chosen.includes(id);
        return (
          <Row
            key={id}
            before={<Avatar name={title} tone={isLost ? "bad" : "accent"} />}
            title={title}
            subtitle={subtitle}
            isWrapped={isLost}
            after={isChosen ? <CheckIcon /> : undefined}
            isChecked={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id])}
          />
        );
      })}
      {found.length > drawnAtMost && (
        <Row title={t("app.broadcast.more_found", { number: format.number(found.length - drawnAtMost) })} isWrapped />
      )}
    </>
  );
}

/** Through which bots it goes: every subscriber of each. */
export function BotsPart({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange(ids: string[]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const bots = useQuery(botsQuery).data?.items ?? [];
  const options = bots
    // One that was switched off since stays visible, so that it can be taken out.
    .filter(({ id, state }) => state === "active" || chosen.includes(id))
    .map(({ id, name, username }) => ({ id, title: name, subtitle: `@${username}` }));
  const choices = <Choices options={options} chosen={chosen} onChange={onChange} />;
  return (
    <Section header={t("app.broadcast.bots")} footer={chosen.length === 0 ? t("app.broadcast.bots_none") : undefined}>
      {options.length <= shownAtOnce ? (
        choices
      ) : (
        <ChoiceRow
          title={t("app.broadcast.bots_chosen")}
          value={format.number(chosen.length)}
          onClick={() => setOpen(true)}
        />
      )}
      {isOpen && (
        <Sheet title={t("app.broadcast.bots")} onClose={() => setOpen(false)} isFull>
          <SheetBody>{choices}</SheetBody>
        </Sheet>
      )}
    </Section>
  );
}

/** Groups and channels that get it as well. */
export function ChatsRow({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange(ids: string[]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { data: chats = [], isSuccess } = useQuery(targetChatsQuery);
  const bots = useQuery(botsQuery).data?.items ?? [];
  // What cannot be written to any more stands in the way of the launch: it stays visible, so that it can be taken out.
  const missing = isSuccess ? chosen.filter((id) => !chats.some((chat) => chat.id === id)) : [];
  const lost = useQueries({ queries: missing.map((chatId) => chatQuery(chatId)) }).flatMap(({ data }) => data ?? []);
  const throughBot = (id: string) => bots.find((bot) => bot.id === id)?.username;
  const options = [...lost, ...chats].map(({ id, name, username, problem, botId }): Option => {
    const address = [username, bots.length > 1 ? throughBot(botId) : null].filter(Boolean).map((one) => `@${one}`);
    return { id, title: name, subtitle: problem ?? (address.join(" · ") || undefined), isLost: problem !== null };
  });
  return (
    <>
      <ChoiceRow
        title={t("app.broadcast.chats")}
        value={chosen.length === 0 ? t("app.broadcast.chats_none") : format.number(chosen.length)}
        isQuiet={chosen.length === 0}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <Sheet title={t("app.broadcast.chats")} onClose={() => setOpen(false)} isFull={options.length > shownAtOnce}>
          <SheetBody>
            {options.length === 0 && <Empty text={t("app.broadcast.chats_empty")} />}
            <Choices options={options} chosen={chosen} onChange={onChange} />
          </SheetBody>
        </Sheet>
      )}
    </>
  );
}

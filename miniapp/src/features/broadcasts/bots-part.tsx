import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, CheckIcon, Empty, Row, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { botsQuery } from "../bots/api.ts";
import { targetChatsQuery } from "../messaging/chats-api.ts";

/** More than this go into a sheet. */
const shownAtOnce = 5;

interface Option {
  id: string;
  title: string;
  subtitle?: string | undefined;
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
  return (
    <>
      {options.map(({ id, title, subtitle }) => {
        const isChosen = chosen.includes(id);
        return (
          <Row
            key={id}
            before={<Avatar name={title} />}
            title={title}
            subtitle={subtitle}
            after={isChosen ? <CheckIcon /> : undefined}
            isChecked={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id])}
          />
        );
      })}
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
  const chats = useQuery(targetChatsQuery).data ?? [];
  return (
    <>
      <ChoiceRow
        title={t("app.broadcast.chats")}
        value={chosen.length === 0 ? t("app.broadcast.chats_none") : format.number(chosen.length)}
        isQuiet={chosen.length === 0}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <Sheet title={t("app.broadcast.chats")} onClose={() => setOpen(false)} isFull={chats.length > shownAtOnce}>
          <SheetBody>
            {chats.length === 0 && <Empty text={t("app.broadcast.chats_empty")} />}
            <Choices
              options={chats.map(({ id, name, username }) => ({
                id,
                title: name,
                subtitle: username ? `@${username}` : undefined,
              }))}
              chosen={chosen}
              onChange={onChange}
            />
          </SheetBody>
        </Sheet>
      )}
    </>
  );
}

/** Choosing real conversions to try something on: several, or one. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Empty, Search, Skeleton } from "@miniapp/shared/ui/index.ts";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { conversionsQuery } from "../conversions/api.ts";
import { StatusAvatar, statusKey } from "../conversions/status.tsx";
import { CheckRow } from "./check-row.tsx";

const most = 200;

export interface ConversionChooserProps {
  chosen: readonly string[];
  /** One only: a tap chooses it and closes. */
  isOne?: boolean;
  onChange(ids: string[]): void;
  onClose(): void;
}

export function ConversionChooser({ chosen, isOne = false, onChange, onClose }: ConversionChooserProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [text, setText] = useState("");
  const search = useSettled(text.trim(), 350);
  const list = useInfiniteQuery(conversionsQuery(search === "" ? {} : { search }));
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  const toggle = (id: string) => {
    if (isOne) {
      onChange([id]);
      onClose();
    } else if (chosen.includes(id)) onChange(chosen.filter((known) => known !== id));
    else if (chosen.length < most) onChange([...chosen, id]);
  };
  return (
    <Sheet title={t("app.dry.choose")} onClose={onClose} isFull>
      <Search value={text} onChange={setText} label={t("app.conversions.search")} />
      <SheetBody>
        {list.isPending && <Skeleton rows={6} height={64} />}
        {list.isSuccess && found.length === 0 && <Empty title={t("app.state.nothing_found")} />}
        {found.map((conversion) => (
          <CheckRow
            key={conversion.id}
            isOn={chosen.includes(conversion.id)}
            before={<StatusAvatar status={conversion.status} />}
            title={conversion.campaignName ?? t("app.conversions.no_campaign")}
            hint={[
              t(statusKey(conversion.status)),
              conversion.amount === null ? null : format.money(conversion.amount, conversion.currency),
              format.dateTime(conversion.receivedAt),
            ]
              .filter(Boolean)
              .join(" · ")}
            onClick={() => toggle(conversion.id)}
          />
        ))}
        {list.hasNextPage && (
          <Button kind="plain" isWide isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("app.dry.older")}
          </Button>
        )}
        {!isOne && (
          <p>
            <Button isWide onClick={onClose}>
              {t("app.cond.done")}
            </Button>
          </p>
        )}
      </SheetBody>
    </Sheet>
  );
}

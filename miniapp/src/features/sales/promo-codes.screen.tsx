import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Badge, Empty, Loading, Row, Screen, Search, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { PagedList } from "../operations/components/paged-list.tsx";
import { promoCodesQuery } from "./api.ts";
import { useCodeWords } from "./code-words.ts";

const rowHeight = 65;

/** Promo codes: what each gives and how often it was used. */
export default function PromoCodesScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const [search, setSearch] = useState("");
  const settled = useSettled(search.trim(), 300);
  return (
    <Screen
      title={t("app.selling.codes")}
      back={href("products")}
      main={
        can("shop.manage") ? { text: t("app.selling.new_code"), onClick: () => go(href("newPromoCode")) } : undefined
      }
    >
      <Search value={search} onChange={setSearch} label={t("app.selling.search_code")} />
      <Loading skeleton={<Skeleton rows={5} height={rowHeight} />}>
        <Codes search={settled} />
      </Loading>
    </Screen>
  );
}

function Codes({ search }: { search: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const words = useCodeWords();
  const list = useSuspenseInfiniteQuery(promoCodesQuery(search));
  return (
    <PagedList
      label={t("app.selling.codes")}
      list={list}
      keyOf={({ id }) => id}
      rowHeight={rowHeight}
      empty={
        search === "" ? (
          <Empty title={t("app.selling.no_codes")} text={t("app.selling.no_codes_text")} />
        ) : (
          <Empty title={t("app.state.nothing_found")} />
        )
      }
      render={(code) => {
        const state = words.stateOf(code, new Date());
        return (
          <Row
            to={href("promoCode", { promoCodeId: code.id })}
            title={code.code}
            end={words.valueOf(code)}
            subtitle={
              code.maxUses === null
                ? t("app.selling.used", { count: code.uses })
                : t("app.selling.used_of", { used: format.number(code.uses), count: code.maxUses })
            }
            note={state === "on" ? undefined : <Badge>{t(`app.selling.code_state.${state}`)}</Badge>}
          />
        );
      }}
    />
  );
}

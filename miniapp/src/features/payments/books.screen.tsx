import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Chips, Empty, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { useCan } from "../identity/me.ts";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { type Books, booksQuery, checkBooks, type LedgerFilter, type LedgerLine, ledgerQuery } from "./api.ts";

const kinds = ["customer", "held", "provider", "revenue", "fees", "to_check", "granted"] as const;
const rowHeight = 65;

/** The double-entry books: what each account holds, whether they add up, and every movement. */
export default function BooksScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const [isExporting, setExporting] = useState(false);
  const kind = oneOf(kinds, filters.get("kind"));
  const filter: LedgerFilter = kind ? { kind } : {};
  return (
    <Screen title={t("app.payments.books")} back={href("payments")}>
      <Loading skeleton={<Skeleton rows={6} />}>
        <Accounts />
      </Loading>
      <Chips
        label={t("app.payments.account")}
        choices={kinds.map((one) => ({ value: one, label: t(`app.payments.account.${one}`) }))}
        value={kind}
        onChange={(next) => filters.set({ kind: next })}
      />
      <Loading skeleton={<Skeleton rows={6} height={rowHeight} />}>
        <Movements filter={filter} />
      </Loading>
      <Section>
        <Row title={t("app.payments.export")} tone="accent" onClick={() => setExporting(true)} />
      </Section>
      {isExporting && (
        <ExportSheet
          pathOf={(choice) => `books/export?${new URLSearchParams({ ...filter, ...choice })}`}
          name="books"
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}

function Accounts(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(booksQuery);
  const { accounts, check } = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.payments.books_text")}>
        {accounts.map((account) => (
          <Row
            key={`${account.kind}/${account.holder}/${account.currency}`}
            title={nameOf(t, account)}
            end={format.money(shownBalance(account), account.currency)}
          />
        ))}
        {accounts.length === 0 && <Row title={t("app.payments.no_movements")} />}
      </Section>
      <Check check={check} />
    </>
  );
}

type Translator = ReturnType<typeof useT>;
type Account = Books["accounts"][number];

const nameOf = (t: Translator, { kind, holder }: Pick<Account, "kind" | "holder">): string =>
  kind === "provider" ? (t.find(`app.payments.provider.${holder}`) ?? holder) : t(`app.payments.account.${kind}`);

/** Debits are negative in the books; what a provider holds for us, what fees cost and what was granted read better without the sign. */
const shownBalance = ({ kind, balance }: Account): string =>
  kind !== "provider" && kind !== "fees" && kind !== "granted"
    ? balance
    : balance.startsWith("-")
      ? balance.slice(1)
      : /[1-9]/.test(balance)
        ? `-${balance}`
        : balance;

function Check({ check }: { check: Books["check"] }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const run = useAct(checkBooks, { stale: ["payments"], done: t("app.payments.checking") });
  const differences = check?.differences.length ?? 0;
  return (
    <Section footer={check ? t("app.payments.checked", { when: format.dateTime(check.checkedAt) }) : undefined}>
      <Row
        title={t("app.payments.adds_up")}
        after={
          check === null ? (
            <Badge>{t("app.payments.not_checked")}</Badge>
          ) : differences > 0 ? (
            <Badge tone="bad">{t("app.payments.differences", { count: differences })}</Badge>
          ) : (
            <Badge tone="good">{t("app.payments.yes")}</Badge>
          )
        }
      />
      {check?.differences.map((one) => (
        <Row
          key={`${one.accountId}/${one.currency}`}
          title={t("app.payments.difference")}
          subtitle={t("app.payments.difference_text", {
            balance: format.money(one.balance, one.currency),
            entries: format.money(one.entries, one.currency),
          })}
          isWrapped
        />
      ))}
      {can("payments.manage") && (
        <Row
          title={t("app.payments.check_now")}
          tone="accent"
          onClick={() => run.run(undefined)}
          isDisabled={run.isOff}
        />
      )}
    </Section>
  );
}

function Movements({ filter }: { filter: LedgerFilter }): JSX.Element {
  const t = useT();
  const shown = useDeferredValue(filter);
  return (
    <PagedList
      label={t("app.payments.movements")}
      list={useSuspenseInfiniteQuery(ledgerQuery(shown))}
      keyOf={(line) => line.id}
      rowHeight={rowHeight}
      render={(line) => <LineRow line={line} />}
      empty={<Empty title={t("app.payments.no_movements")} />}
    />
  );
}

function LineRow({ line }: { line: LedgerLine }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      title={nameOf(t, line)}
      subtitle={t.find(`app.payments.cause.${line.cause}`) ?? line.cause}
      end={format.money(line.amount, line.currency)}
      note={format.moment(line.at)}
    />
  );
}

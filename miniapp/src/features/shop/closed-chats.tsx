/** The closed chats that somebody may enter: a row each, which asks the server for his link and opens it. */
import type { MyAccess } from "@backend/modules/access/contracts.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Loading, Row, Section } from "@miniapp/shared/ui/index.ts";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";

const myAccessQuery = (personId: string) =>
  queryOptions({
    queryKey: ["mine", "access"],
    queryFn: async (): Promise<MyAccess[]> => (await unwrap(api.my.access.get())).items,
    meta: { of: personId },
  });

/** Rows of what a product opens for the reader; nothing where it opens nothing. They load beside the screen and fail beside it. */
export const ClosedChatRows = ({ productId }: { productId: string }): JSX.Element => (
  <Loading skeleton={null} isCompact>
    <Rows productId={productId} />
  </Loading>
);

/** The same under a heading of their own. */
export const ClosedChats = ({ productId }: { productId: string }): JSX.Element => (
  <Loading skeleton={null} isCompact>
    <Headed productId={productId} />
  </Loading>
);

function useOpened(productId: string): MyAccess[] {
  const { data } = useSuspenseQuery(myAccessQuery(useMe().person.id));
  return data.filter(({ productIds }) => productIds.includes(productId));
}

function Headed({ productId }: { productId: string }): JSX.Element | null {
  const t = useT();
  if (useOpened(productId).length === 0) return null;
  return (
    <Section header={t("app.access.chats")}>
      <Rows productId={productId} />
    </Section>
  );
}

function Rows({ productId }: { productId: string }): JSX.Element {
  const t = useT();
  const opened = useOpened(productId);
  const enter = useAct((chatId: string) => unwrap(api.my.access({ chatId }).link.post()), {
    stale: [],
    onDone: ({ url }) => openAddress(url),
  });
  return (
    <>
      {opened.map(({ chatId, name, isIn, isShut }) => (
        <Row
          key={chatId}
          title={t("app.access.open", { chat: name })}
          subtitle={t(isShut ? "app.access.shut" : isIn ? "app.access.in" : "app.access.ask")}
          isWrapped
          tone="accent"
          isDisabled={isShut || enter.isOff}
          onClick={() => enter.run(chatId)}
        />
      ))}
    </>
  );
}

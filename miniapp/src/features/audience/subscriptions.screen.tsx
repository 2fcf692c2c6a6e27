import { href } from "@miniapp/app/paths.ts";
import { useMe } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Loading, Screen, Section, Skeleton, Switch } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { chooseSubscription, mySubscriptionsQuery } from "./api.ts";

/** What a person lets this workspace's bots send him. For everybody, in the team or not. */
export default function SubscriptionsScreen(): JSX.Element {
  const t = useT();
  const { member } = useMe();
  return (
    <Screen title={t("app.subscriptions.title")} back={href(member ? "profile" : "control")}>
      <Loading skeleton={<Skeleton rows={4} />}>
        <Choices />
      </Loading>
    </Screen>
  );
}

function Choices(): JSX.Element {
  const t = useT();
  const queries = useQueryClient();
  const query = useSuspenseQuery(mySubscriptionsQuery);
  const { workspace, isOptedOut, categories } = query.data;
  const choose = useAct(chooseSubscription, {
    stale: [],
    onDone: (answer) => queries.setQueryData(mySubscriptionsQuery.queryKey, answer),
  });
  return (
    <>
      <Freshness of={query} />
      <Section footer={t(isOptedOut ? "app.subscriptions.stopped" : "app.subscriptions.text", { workspace })}>
        <Switch
          label={t("app.subscriptions.all")}
          isOn={!isOptedOut}
          isDisabled={choose.isOff}
          onChange={(isOn) => choose.run({ categoryId: 0, isOptedOut: !isOn })}
        />
      </Section>
      {categories.length > 0 && (
        <Section header={t("app.subscriptions.kinds")}>
          {categories.map((category) => (
            <Switch
              key={category.id}
              label={category.name}
              isOn={!category.isOptedOut && !isOptedOut}
              isDisabled={choose.isOff || isOptedOut}
              onChange={(isOn) => choose.run({ categoryId: category.id, isOptedOut: !isOn })}
            />
          ))}
        </Section>
      )}
    </>
  );
}

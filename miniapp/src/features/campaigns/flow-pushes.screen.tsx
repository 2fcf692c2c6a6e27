/** What was written into the tracker from here: by whom, what it changed, how it ended, and the way back. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { Badge, Button, Empty, HistoryIcon, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { ChangeList } from "./change-list.tsx";
import { type Flow, flowQuery, isPushing, type Push, pushesQuery, undoPush } from "./flow-api.ts";
import { PushBadge } from "./push-badge.tsx";
import styles from "./shares.module.css";

export default function FlowPushesScreen(): JSX.Element {
  const { flowId = "" } = useParams();
  const t = useT();
  const { data: flow } = useSuspenseQuery(flowQuery(flowId));
  const { data: pushes } = useSuspenseQuery(pushesQuery(flowId));
  return (
    <Screen title={t("app.shares.history")} subtitle={flow.name} back={href("flow", { flowId })}>
      {pushes.length === 0 ? (
        <Empty
          icon={<HistoryIcon size={30} />}
          title={t("app.shares.no_pushes")}
          text={t("app.shares.no_pushes_text")}
        />
      ) : (
        pushes.map((push) => <PushCard key={push.id} flow={flow} push={push} />)
      )}
    </Screen>
  );
}

function PushCard({ flow, push }: { flow: Flow; push: Push }): JSX.Element {
  const t = useT();
  const goUp = useGoUp(href("flow", { flowId: flow.id }));
  const can = useCan();
  const format = useFormat();
  const queries = useQueryClient();
  const undo = useAct(undoPush, {
    stale: ["campaigns"],
    onDone(answer) {
      queries.setQueryData(flowQuery(flow.id).queryKey, answer);
      // How it goes, and a conflict if there is one, is seen there.
      goUp();
    },
  });
  const when = format.dateTime(push.createdAt);
  return (
    <Section>
      <div className={styles.banner}>
        <p>{push.requestedBy ? t("app.shares.by", { name: push.requestedBy, when }) : when}</p>
        <div className={styles.bannerDeeds}>
          <PushBadge state={push.state} />
          {push.isUndo && <Badge>{t("app.shares.is_undo")}</Badge>}
        </div>
        {push.problem && <div>{push.problem}</div>}
        <ChangeList from={push.base} to={push.target} names={flow.names} />
        {push.canUndo && can("campaigns.edit") && (
          <div className={styles.bannerDeeds}>
            <Button
              kind="plain"
              isBusy={undo.isBusy}
              isDisabled={undo.isOff || isPushing(flow)}
              onClick={() => undo.run({ flowId: flow.id, pushId: push.id })}
            >
              {t("app.shares.undo_push")}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}

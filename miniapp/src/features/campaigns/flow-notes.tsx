/** What must be known before a flow is changed, above its shares: most pressing first. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Section, Spinner } from "@miniapp/shared/ui/index.ts";
import type { JSX, ReactNode } from "react";
import { ChangeList } from "./change-list.tsx";
import { type Flow, isPushing } from "./flow-api.ts";
import styles from "./shares.module.css";

function Note({
  title,
  children,
  deeds,
  isAlert,
}: {
  title: ReactNode;
  children?: ReactNode;
  deeds?: ReactNode;
  isAlert?: boolean;
}): JSX.Element {
  return (
    <Section>
      <div className={styles.banner} role={isAlert ? "alert" : "status"}>
        <p>{title}</p>
        {children}
        {deeds && <div className={styles.bannerDeeds}>{deeds}</div>}
      </div>
    </Section>
  );
}

export interface FlowNotesProps {
  flow: Flow;
  mayEdit: boolean;
  isBusy: boolean;
  onSeen(): void;
  onPush(): void;
}

export function FlowNotes({ flow, mayEdit, isBusy, onSeen, onPush }: FlowNotesProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { drift, push, draft } = flow;
  const seen = (
    <Button kind="plain" onClick={onSeen} isDisabled={isBusy}>
      {t("app.shares.seen")}
    </Button>
  );
  return (
    <>
      {flow.readOnly && <Note title={flow.readOnly} />}
      {!flow.readOnly && !mayEdit && <Note title={t("app.shares.may_not")} />}
      {isPushing(flow) && (
        <Note
          title={
            <>
              <Spinner /> {t(push?.isUndo ? "app.shares.putting_back" : "app.shares.pushing")}
            </>
          }
        >
          <div className={styles.note}>{t("app.shares.may_leave")}</div>
        </Note>
      )}
      {(push?.state === "failed" || push?.state === "conflict") && (
        <Note
          isAlert
          title={t(`app.shares.push_${push.state}`)}
          deeds={
            mayEdit && (
              <>
                {draft && (
                  <Button kind="plain" onClick={onPush} isDisabled={isBusy}>
                    {t("app.shares.push_again")}
                  </Button>
                )}
                {!drift && seen}
              </>
            )
          }
        >
          <div>{push.problem}</div>
        </Note>
      )}
      {draft?.isOutdated && (
        <Note isAlert title={t("app.shares.outdated")}>
          <div className={styles.note}>{t("app.shares.outdated_text")}</div>
        </Note>
      )}
      {drift && (
        <Note title={t("app.shares.drifted", { when: format.ago(drift.since) })} deeds={mayEdit && seen}>
          <ChangeList from={drift.from} to={flow.theirs} names={flow.names} />
        </Note>
      )}
      {flow.isStale && (
        <Note title={t("app.shares.stale", { when: format.ago(flow.readAt) })}>
          <div className={styles.note}>{t("app.shares.stale_text")}</div>
        </Note>
      )}
    </>
  );
}

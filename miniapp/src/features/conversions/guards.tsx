/** What stands around a connection: who sees it, who may call, how calls are signed and read. Each has a screen of its own. */
import { href } from "@miniapp/app/paths.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Connection } from "./api.ts";

/** Refusals of calls that knew the address: what they want is a change here, not in the tracker's macros. */
export const guardRefusals: ReadonlySet<string> = new Set([
  "signature_missing",
  "signature_wrong",
  "signature_expired",
  "signature_unreadable",
  "sender_not_allowed",
]);

/** Who sees it, in a few words. */
export function sharingOf(t: AppTranslator, { sharedWith }: Pick<Connection, "sharedWith">): string {
  if (sharedWith === null) return t("app.guards.everybody");
  return sharedWith.map((role) => t(`app.roles.${role}`)).join(", ") || t("app.guards.only_owner");
}

export function Guards({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const { id: connectionId, owner, allowedSenders, signing, intakePerSecond } = connection;
  const own = Object.keys(connection.parameterMap).length;
  if (!connection.mayManage)
    return (
      <Section>
        <Row title={t("app.guards.owner")} end={owner?.name || t("app.guards.nobody")} />
      </Section>
    );
  return (
    <Section header={t("app.guards.header")}>
      <Row title={t("app.guards.owner")} end={owner?.name || t("app.guards.nobody")} />
      <Row
        title={t("app.guards.seen")}
        end={sharingOf(t, connection)}
        to={href("connectionAccess", { connectionId })}
      />
      <Row
        title={t("app.guards.parameters")}
        end={own === 0 ? t("app.guards.parameters_default") : t("app.guards.parameters_count", { count: own })}
        to={href("parameters", { connectionId })}
      />
      <Row
        title={t("app.guards.signing")}
        end={t(signing === null ? "app.guards.off" : "app.guards.signing_on")}
        to={href("signing", { connectionId })}
      />
      <Row
        title={t("app.guards.senders")}
        end={
          allowedSenders === null
            ? t("app.guards.senders_any")
            : t("app.guards.senders_count", { count: allowedSenders.length })
        }
        to={href("senders", { connectionId })}
      />
      <Row
        title={t("app.guards.limits")}
        end={
          intakePerSecond === null
            ? t("app.guards.limits_default")
            : t("app.guards.per_second", { count: intakePerSecond })
        }
        to={href("intakeLimits", { connectionId })}
      />
    </Section>
  );
}

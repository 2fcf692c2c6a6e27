/** The lab: any call, step by step, from what arrived to what people would read. Nothing is stored and nobody is told. */
import { href } from "@miniapp/app/paths.ts";
import { LoadedWith } from "@miniapp/shared/code.tsx";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { Empty, Failure, FlaskIcon, Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useEffect, useRef } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import { useFilter } from "../conversions/use-filter.ts";
import { type LabInput, labQuery } from "./api.ts";
import { LabInputPart } from "./lab-input.tsx";

const loadReport = () => import("./lab-report.tsx");

export default function LabScreen(): JSX.Element {
  const t = useT();
  const { data: connections } = useSuspenseQuery(connectionsQuery);
  const [filter, change] = useFilter(["connectionId", "eventId"]);
  // What was pasted may be long: it is kept beside the address, and tried when the person says so.
  const draft = useDraft<{ text: string; tried: string | null }>("lab", { text: "", tried: null });
  const connection = connections.find(({ id }) => id === filter.connectionId) ?? connections[0];
  const { text, tried } = draft.value;
  const call: LabInput["call"] | null = filter.eventId
    ? { kind: "event", eventId: filter.eventId }
    : tried
      ? { kind: "text", text: tried }
      : null;
  const body: LabInput | null = connection && call ? { connectionId: connection.id, call } : null;
  const report = useQuery({
    ...labQuery(body ?? { connectionId: "", call: { kind: "text", text: "" } }),
    enabled: body !== null,
    retry: false,
  });
  const result = useRef<HTMLDivElement>(null);
  const hasReport = report.data !== undefined;
  useEffect(() => {
    if (hasReport) result.current?.scrollIntoView({ block: "start", behavior: "smooth" });
  }, [hasReport]);

  if (!connection)
    return (
      <Screen title={t("app.lab.title")} back={href("routes")}>
        <Empty icon={<FlaskIcon size={30} />} text={t("app.lab.no_connections")} />
      </Screen>
    );
  return (
    <Screen
      title={t("app.lab.title")}
      subtitle={t("app.lab.hint")}
      back={href("routes")}
      main={
        filter.eventId
          ? undefined
          : {
              text: t("app.lab.try"),
              onClick: () => {
                if (text.trim() === tried) void report.refetch();
                else draft.change({ tried: text.trim() });
              },
              isBusy: report.isFetching,
              isDisabled: text.trim() === "",
            }
      }
    >
      <LabInputPart
        connections={connections}
        connection={connection}
        eventId={filter.eventId ?? null}
        text={text}
        onConnection={(connectionId) => change({ connectionId, eventId: undefined })}
        onText={(next) => draft.change({ text: next })}
        onEvent={(eventId) => change({ connectionId: connection.id, eventId: eventId ?? undefined })}
      />
      <div ref={result}>
        {body && report.isPending && <Skeleton rows={4} height={66} />}
        {report.isError && !report.data && (
          <Failure error={report.error} onRetry={() => void report.refetch()} isCompact />
        )}
        {report.isError && report.data && <p role="alert">{sentenceOf(t, report.error)}</p>}
        {body && report.data && (
          <Loading skeleton={<Skeleton rows={4} height={66} />} isCompact>
            <LoadedWith
              key={JSON.stringify(body)}
              name="lab-report"
              load={loadReport}
              props={{ body, report: report.data, connection, onMended: () => void report.refetch() }}
            />
          </Loading>
        )}
      </div>
    </Screen>
  );
}

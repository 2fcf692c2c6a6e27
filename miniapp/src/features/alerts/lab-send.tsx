import { href } from "@miniapp/app/paths.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Row, Section, SendIcon, toast } from "@miniapp/shared/ui/index.ts";
import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type ChosenTarget, TargetPicker } from "../conversions/target-picker.tsx";
import { useCan } from "../identity/me.ts";
import { type LabInput, type LabReport, sendFromLab } from "./api.ts";

/** The message of the lab in a real chat, marked as a replay so that nobody takes it for money. */
export function LabSend({ body, report }: { body: LabInput; report: LabReport }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const [isPicking, setPicking] = useState(false);
  const send = useMutation({
    mutationFn: ({ chatId, threadId }: ChosenTarget) => sendFromLab({ ...body, chatId, threadId }),
    onSuccess: (_, { name }) => {
      haptics.succeeded();
      toast(t("app.lab.sent", { name }));
    },
    onError: (error) => {
      haptics.failed();
      toast(sentenceOf(t, error));
    },
  });
  if (report.reading.outcome !== "conversion" || !can("conversions.manage")) return null;
  return (
    <Section footer={t("app.lab.send_hint")}>
      <Row
        before={<SendIcon />}
        tone="accent"
        title={t("app.lab.send")}
        isDisabled={send.isPending}
        onClick={() => setPicking(true)}
      />
      {send.data && can("deliveries.read") && (
        <Row title={t("app.lab.open_delivery")} to={href("delivery", { deliveryId: send.data.deliveryId })} />
      )}
      {isPicking && (
        <TargetPicker chatId={null} onPick={(target) => send.mutate(target)} onClose={() => setPicking(false)} />
      )}
    </Section>
  );
}

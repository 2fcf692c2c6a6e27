import type { Conversion } from "@backend/modules/conversions/contracts.ts";
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Dot, Row } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { ChoiceMark } from "./choice-mark.tsx";
import { type DeliveryState, deliveryTone, StatusAvatar, statusKey } from "./status.tsx";

/** The state worth showing of several messages: what needs a person comes first. */
export function worstState(states: readonly DeliveryState[]): DeliveryState | undefined {
  const order: readonly DeliveryState[] = ["failed", "unknown", "queued", "sending", "cancelled", "sent", "folded"];
  return order.find((state) => states.includes(state));
}

export interface ConversionRowProps {
  conversion: Conversion;
  /** In a list from which some are chosen: a tap chooses instead of opening. */
  choice?: { isChosen: boolean; toggle(): void } | undefined;
}

/** A conversion in a list: what and how much, from where, and whether people were told. */
export function ConversionRow({ conversion, choice }: ConversionRowProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const state = worstState((conversion.sentTo ?? []).map((message) => message.state));
  const details = [t(statusKey(conversion.status)), conversion.country, conversion.connection.name].filter(Boolean);
  return (
    <Row
      {...(choice
        ? { onClick: choice.toggle, isChecked: choice.isChosen }
        : { to: href("conversion", { conversionId: conversion.id }) })}
      before={choice ? <ChoiceMark isOn={choice.isChosen} /> : <StatusAvatar status={conversion.status} />}
      title={conversion.campaignName ?? t("app.conversions.no_campaign")}
      end={conversion.amount === null ? undefined : format.money(conversion.amount, conversion.currency)}
      subtitle={details.join(" · ")}
      note={
        <>
          {format.time(conversion.receivedAt)}
          {state && (
            <>
              <Dot tone={deliveryTone[state]} />
              <span className="visually-hidden">{t(`app.delivery.${state}`)}</span>
            </>
          )}
        </>
      }
    />
  );
}

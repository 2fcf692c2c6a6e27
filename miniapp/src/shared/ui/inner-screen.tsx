import type { ComponentType, JSX } from "react";
import { Skeleton } from "./feedback.tsx";
import { Loading } from "./loading.tsx";
import { Screen } from "./screen.tsx";

/** A screen below the root of a tab while its code and its data come: its way back works already. */
export function InnerScreen({ of: Inner, back }: { of: ComponentType; back?: string }): JSX.Element {
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} {...(back === undefined ? {} : { back })}>
          <Skeleton rows={3} />
          <Skeleton rows={4} />
        </Screen>
      }
    >
      <Inner />
    </Loading>
  );
}

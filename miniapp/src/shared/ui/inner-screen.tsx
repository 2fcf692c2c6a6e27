import type { ComponentType, JSX } from "react";
import { Skeleton } from "./feedback.tsx";
import { Loading } from "./loading.tsx";
import { Screen } from "./screen.tsx";

/** For a route: a screen of a section while its code and its data come. Below the root of a tab its way back works already. */
export const inner = (Inner: ComponentType, back?: string): JSX.Element => (
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

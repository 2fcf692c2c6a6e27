import { href } from "@miniapp/app/paths.ts";
import { Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { resultsQuery } from "./results-api.ts";
import ResultsPart from "./results-part.tsx";

/** The results of a broadcast as a page of their own. */
export default function ResultsScreen(): JSX.Element {
  const { broadcastId = "" } = useParams<{ broadcastId: string }>();
  const { name } = useSuspenseQuery(resultsQuery(broadcastId)).data;
  return (
    <Screen title={name} back={href("broadcast", { broadcastId })}>
      <Loading skeleton={<Skeleton rows={4} height={92} />}>
        <ResultsPart broadcastId={broadcastId} />
      </Loading>
    </Screen>
  );
}

import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { broadcastQuery } from "./api.ts";
import { Composer } from "./composer.tsx";
import { Running } from "./running.tsx";

/** A draft is written, everything else is watched. */
export default function BroadcastScreen(): JSX.Element {
  const { broadcastId = "" } = useParams();
  const can = useCan();
  const { data: broadcast } = useSuspenseQuery(broadcastQuery(broadcastId));
  if (broadcast.state !== "draft") return <Running broadcast={broadcast} />;
  // Whoever may only read sees what it is about to do.
  if (!can("broadcasts.write")) return <Redirect to={href("broadcastLaunch", { broadcastId })} replace />;
  return <Composer key={broadcast.id} broadcast={broadcast} />;
}

import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { LoadedWith } from "@miniapp/shared/code.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { broadcastQuery } from "./api.ts";

const loadComposer = () => import("./composer.tsx");
const loadRunning = () => import("./running.tsx");

/** A draft is written, everything else is watched: each is code of its own. */
export default function BroadcastScreen(): JSX.Element {
  const { broadcastId = "" } = useParams();
  const can = useCan();
  const { data: broadcast } = useSuspenseQuery(broadcastQuery(broadcastId));
  if (broadcast.state !== "draft")
    return <LoadedWith name="broadcast-running" load={loadRunning} props={{ broadcast }} />;
  // Whoever may only read sees what it is about to do.
  if (!can("broadcasts.write")) return <Redirect to={href("broadcastLaunch", { broadcastId })} replace />;
  return <LoadedWith key={broadcast.id} name="broadcast-composer" load={loadComposer} props={{ broadcast }} />;
}

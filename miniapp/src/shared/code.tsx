/** Code that is loaded when it is first needed, asked for like data: `lazy()` would remember a download that failed for as long as the page lives. */
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { ComponentType, JSX } from "react";
import { ApiError } from "./api-client.ts";

export type LoadCode<Props = unknown> = () => Promise<{ default: ComponentType<Props> }>;

/** `name` is unique in the app. */
export const codeQuery = <Props,>(name: string, load: LoadCode<Props>) =>
  queryOptions({
    queryKey: ["code", name],
    // Code that does not come is a network that failed: tried again by itself, and said in those words.
    queryFn: () =>
      load().catch((cause: unknown) => {
        throw Object.assign(new ApiError("common.offline", "", {}, 0, ""), { cause });
      }),
    staleTime: "static",
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });

/** Shows a component whose code comes when it is first shown. Suspends meanwhile, and throws to the nearest boundary when it cannot come. */
export function Loaded({ name, load }: { name: string; load: LoadCode<object> }): JSX.Element {
  return <LoadedWith name={name} load={load} props={{}} />;
}

/** The same for a part of a screen, which is given something. */
export function LoadedWith<Props extends object>({
  name,
  load,
  props,
}: {
  name: string;
  load: LoadCode<Props>;
  props: Props;
}): JSX.Element {
  const { default: Found } = useSuspenseQuery(codeQuery(name, load)).data;
  return <Found {...props} />;
}

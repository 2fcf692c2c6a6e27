/** Who is in the team: asked for by screens of other sections too, which need nothing else from here. */
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: () => unwrap(api.members.get()),
});

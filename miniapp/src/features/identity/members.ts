/** The team, for whoever must choose one of it: apart from the rest of Control, which is heavier. */
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: () => unwrap(api.members.get()),
});

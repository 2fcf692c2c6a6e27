import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { ChangeMe, Me } from "../contracts.ts";
import { isTimeZone } from "../domain/time-zone.ts";
import { timeZoneUnknown } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { updatePerson } from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { readMe } from "./read-me.ts";

/** My language and time zone, for the app and the bot alike; null goes back to what Telegram and the workspace say. */
export function changeMe(outer: ActionContext<IdentityPorts>, input: ChangeMe): Promise<Me> {
  return inTransaction(outer, async (ctx) => {
    const actor = personActor(ctx.actor);
    if (input.timeZone && !isTimeZone(input.timeZone)) throw timeZoneUnknown();
    const values = {
      ...(input.locale === undefined ? {} : { locale: input.locale }),
      ...(input.timeZone === undefined ? {} : { timeZone: input.timeZone }),
    };
    if (Object.keys(values).length > 0) await updatePerson(ctx.db, actor.personId, values);
    return readMe(ctx);
  });
}

/** Events that other systems can hear of. Names and the shape of `data` are a contract: fields are added, never renamed. */

export const eventNames = [
  "subscriber.joined",
  "subscriber.lost",
  "subscriber.tagged",
  "subscriber.chose",
  "conversion.recorded",
  "chat.lost",
  "bot.disconnected",
  "broadcast.moved",
  "link.clicked",
  "message.converted",
  "endpoint.test",
] as const;
export type EventName = (typeof eventNames)[number];

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
  "order.moved",
  "entitlement.moved",
  "payment.settled",
  "payment.needs_check",
  "refund.settled",
  "task.moved",
  "endpoint.test",
] as const;
export type EventName = (typeof eventNames)[number];

/** The rights to read what an event carries. A call leaves with it, so whoever lacks them may not have it sent. */
const rights: Readonly<Record<EventName, readonly string[]>> = {
  "subscriber.joined": ["audience.read"],
  "subscriber.lost": ["audience.read"],
  "subscriber.tagged": ["audience.read"],
  "subscriber.chose": ["audience.read"],
  "conversion.recorded": ["conversions.read"],
  "chat.lost": ["chats.read"],
  "bot.disconnected": ["bots.read"],
  "broadcast.moved": ["broadcasts.read"],
  "link.clicked": ["broadcasts.read"],
  "message.converted": ["broadcasts.read", "conversions.read"],
  "order.moved": ["orders.read"],
  "entitlement.moved": ["orders.read"],
  "payment.settled": ["payments.read"],
  "payment.needs_check": ["payments.read"],
  "refund.settled": ["payments.read"],
  "task.moved": ["tasks.read"],
  "endpoint.test": [],
};

/** Every right to read what these events carry. An empty list means all events, as at an endpoint; a name not known needs all rights. */
export function rightsToHear(events: readonly string[]): string[] {
  const named = eventNames.filter((name) => events.includes(name));
  const heard = named.length === events.length && named.length > 0 ? named : eventNames;
  return [...new Set(heard.flatMap((name) => rights[name]))];
}

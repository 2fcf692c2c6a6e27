/** What tests of this room stand on: a workspace with a customer who has a package, and contexts of those who come to it. */
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import {
  makeApiKey,
  makePerson,
  makeWorkspace,
  silentLog,
  type TestPerson,
  type TestWorkspace,
  testVault,
} from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { workspaces } from "@db/schema/identity.ts";
import { entitlements, orders, products } from "@db/schema/shop.ts";
import { eq } from "drizzle-orm";
import type { FulfilmentPorts, MainBot } from "./ports.ts";

export const noon = new Date("2026-11-20T12:00:00Z");
export const after = (ms: number, from = noon) => new Date(from.getTime() + ms);
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface PackageTerms {
  postsPerDay: number;
  durationDays: number;
  price: string;
  currency: string;
  startsAt: Date;
}

/** Numbers of orders, far from those that others count from one. */
let counter = 1_000_000;

/** A paid order of a service package, and what it gives. */
export async function makePackage(
  db: Db,
  at: TestWorkspace,
  personId: string,
  terms: Partial<PackageTerms> = {},
): Promise<{ orderId: string; entitlementId: string }> {
  const { postsPerDay = 5, durationDays = 10, price = "100", currency = "USDT", startsAt = after(-hour) } = terms;
  const { workspaceId } = at;
  counter += 1;
  const frozen = {
    kind: "service" as const,
    slug: `package-${counter}`,
    title: { en: "Package" },
    terms: {},
    durationDays,
    postsPerDay,
    details: { views: { from: 100, to: 200 }, features: [{ en: "Fast" }] },
    isByHand: false,
    isSubscription: false,
  };
  const { terms: _, ...product } = frozen;
  const [sold] = await db
    .insert(products)
    .values({ workspaceId, ...product })
    .returning();
  const [order] = await db
    .insert(orders)
    .values({
      workspaceId,
      personId,
      number: counter,
      productId: sold?.id ?? "",
      state: "completed",
      product: frozen,
      method: "crypto_pay",
      currency,
      price,
      due: price,
      expiresAt: startsAt,
      paidAt: startsAt,
    })
    .returning();
  const [entitlement] = await db
    .insert(entitlements)
    .values({
      workspaceId,
      personId,
      orderId: order?.id ?? "",
      productId: sold?.id ?? "",
      kind: "service",
      startsAt,
      endsAt: after(durationDays * day, startsAt),
      postsPerDay,
    })
    .returning();
  return { orderId: order?.id ?? "", entitlementId: entitlement?.id ?? "" };
}

export interface TestShop {
  space: TestWorkspace;
  customer: TestPerson;
  orderId: string;
  entitlementId: string;
  /** Contexts at a moment: of the customer, of a member, of a worker's key, of a job. */
  asCustomer(now?: Date, person?: TestPerson): ActionContext<FulfilmentPorts>;
  asMember(now?: Date): ActionContext<FulfilmentPorts>;
  asWorker(now?: Date, keyId?: string): ActionContext<FulfilmentPorts>;
  asJob(now?: Date): ActionContext<FulfilmentPorts>;
  keyId: string;
  chatId: string;
}

/** A workspace whose customer has a package, and who can be written to. */
export async function makeShop(
  db: Db,
  options: { terms?: Partial<PackageTerms>; timeZone?: string; mainBot?: MainBot } = {},
): Promise<TestShop> {
  const space = await makeWorkspace(db);
  const { workspaceId, botId } = space;
  if (options.timeZone)
    await db.update(workspaces).set({ timeZone: options.timeZone }).where(eq(workspaces.id, workspaceId));
  const customer = await makePerson(db, space);
  const member = await makePerson(db, space, { role: "manager" });
  const { personId } = customer;
  const chat = await registerChat(db, {
    workspaceId,
    botId,
    telegramChatId: customer.telegramId,
    kind: "private",
    title: "Ann",
    personId,
  });
  const bought = await makePackage(db, space, personId, options.terms);
  const { keyId } = await makeApiKey(db, space, ["tasks"]);
  const common = { workspaceId, locale: "en" as const, timeZone: "UTC" };
  const context = (actor: Actor, now: Date): ActionContext<FulfilmentPorts> => ({
    db,
    actor,
    now,
    log: silentLog,
    ports: { vault: testVault, mainBot: options.mainBot ?? null },
    requestId: "test",
  });
  const person = (who: TestPerson, role: string | null): Actor => ({
    ...common,
    kind: "person",
    personId: who.personId,
    botId,
    member: role === null ? null : { memberId: who.memberId ?? "", role },
    permissions: permissionsOf(role),
  });
  return {
    space,
    customer,
    ...bought,
    keyId,
    chatId: chat.id,
    asCustomer: (now = noon, who = customer) => context(person(who, null), now),
    asMember: (now = noon) => context(person(member, "manager"), now),
    asWorker: (now = noon, key = keyId) =>
      context({ ...common, kind: "api_key", keyId: key, permissions: new Set(["tasks"]) }, now),
    asJob: (now = noon) => context(systemActor(workspaceId), now),
  };
}

/** Addresses of posts, each another one. */
export const postAddress = (n: number): string => `https://t.me/channel_of_tests/${n}`;

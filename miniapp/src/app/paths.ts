/**
 * Every address of the app, below `/app/<bot id>`. Messages of the bot name these too ("conversions/12"), so a path is changed
 * only together with `backend/src/modules/conversions/domain/alert.ts` and its like.
 */
export const paths = {
  today: "/",
  conversions: "/traffic",
  campaignConversions: "/traffic/campaign/:connectionId/:campaignId",
  /** Buttons of older messages do not say whose campaign it is. */
  anyCampaignConversions: "/traffic/campaign/:campaignId",
  conversion: "/conversions/:conversionId",
  statistics: "/statistics",
  campaigns: "/campaigns",
  trackers: "/campaigns/trackers",
  tracker: "/campaigns/trackers/:connectionId",
  trackerFigures: "/campaigns/trackers/:connectionId/figures",
  trackerPostbacks: "/campaigns/trackers/:connectionId/postbacks",
  campaignByRef: "/campaigns/of/:connectionId/:ref",
  manyFlows: "/campaigns/many",
  flow: "/campaigns/flows/:flowId",
  flowPushes: "/campaigns/flows/:flowId/pushes",
  campaign: "/campaigns/:campaignId",
  campaignFigures: "/campaigns/:campaignId/figures",
  connections: "/connections",
  newConnection: "/connections/new",
  connection: "/connections/:connectionId",
  statusMap: "/connections/:connectionId/statuses",
  parameters: "/connections/:connectionId/parameters",
  connectionAccess: "/connections/:connectionId/access",
  signing: "/connections/:connectionId/signing",
  senders: "/connections/:connectionId/senders",
  intakeLimits: "/connections/:connectionId/limits",
  truth: "/connections/:connectionId/truth",
  truthSettings: "/connections/:connectionId/truth/settings",
  inbox: "/inbox",
  inboundEvent: "/inbox/:eventId",
  watches: "/reports/watches",
  newWatch: "/reports/watches/new",
  watch: "/reports/watches/:watchId",
  summaries: "/reports/summaries",
  newSummary: "/reports/summaries/new",
  summary: "/reports/summaries/:summaryId",
  retention: "/reports/retention",
  routes: "/routes",
  newRoute: "/routes/new",
  route: "/routes/:alertRouteId",
  templates: "/templates",
  template: "/templates/:templateId",
  templateText: "/templates/:templateId/:status/:locale",
  lab: "/lab",
  broadcasts: "/broadcasts",
  newBroadcast: "/broadcasts/new",
  broadcastsOverview: "/broadcasts/overview",
  compareBroadcasts: "/broadcasts/compare",
  broadcastResults: "/broadcasts/:broadcastId/results",
  broadcastRecipients: "/broadcasts/:broadcastId/recipients",
  broadcastSettings: "/broadcasts/settings",
  messageTemplates: "/broadcasts/templates",
  newMessageTemplate: "/broadcasts/templates/new",
  messageTemplate: "/broadcasts/templates/:messageTemplateId",
  broadcast: "/broadcasts/:broadcastId",
  broadcastLaunch: "/broadcasts/:broadcastId/launch",
  audience: "/audience",
  tags: "/audience/tags",
  fields: "/audience/fields",
  categories: "/audience/categories",
  subscriber: "/audience/:subscriberId",
  subscriptions: "/subscriptions",
  imports: "/imports",
  newImport: "/imports/new",
  import: "/imports/:importId",
  segments: "/segments",
  newSegment: "/segments/new",
  segment: "/segments/:segmentId",
  sequences: "/sequences",
  newSequence: "/sequences/new",
  sequence: "/sequences/:sequenceId",
  sequenceLaunch: "/sequences/:sequenceId/launch",
  sequencePeople: "/sequences/:sequenceId/people",
  shop: "/shop",
  mine: "/mine",
  shopHelp: "/shop/help",
  shopProduct: "/shop/:productId",
  myOrder: "/mine/orders/:orderId",
  myPosts: "/mine/posts",
  newPost: "/mine/posts/new",
  myPost: "/mine/posts/:taskId",
  orders: "/sales",
  salesNumbers: "/sales/numbers",
  salesSettings: "/sales/settings",
  faqEntries: "/sales/settings/faq",
  products: "/sales/products",
  newProduct: "/sales/products/new",
  product: "/sales/products/:productId",
  shopCategories: "/sales/products/categories",
  promoCodes: "/sales/codes",
  newPromoCode: "/sales/codes/new",
  promoCode: "/sales/codes/:promoCodeId",
  payments: "/sales/payments",
  paymentsToCheck: "/sales/payments/check",
  refunds: "/sales/payments/refunds",
  books: "/sales/payments/books",
  paymentConnections: "/sales/payments/providers",
  paymentConnection: "/sales/payments/providers/:provider",
  payment: "/sales/payments/:paymentId",
  tasks: "/sales/posts",
  workers: "/sales/posts/workers",
  task: "/sales/posts/:taskId",
  order: "/sales/orders/:orderId",
  webhooks: "/webhooks",
  newWebhook: "/webhooks/new",
  webhook: "/webhooks/:endpointId",
  webhookCalls: "/webhooks/:endpointId/calls",
  webhookCall: "/webhooks/calls/:callId",
  control: "/control",
  members: "/control/members",
  member: "/control/members/:memberId",
  invitations: "/control/invitations",
  newInvitation: "/control/invitations/new",
  persons: "/control/people",
  person: "/control/people/:personId",
  chats: "/control/chats",
  chat: "/control/chats/:chatId",
  deliveries: "/control/deliveries",
  delivery: "/control/deliveries/:deliveryId",
  bots: "/control/bots",
  newBot: "/control/bots/new",
  bot: "/control/bots/:botId",
  botToken: "/control/bots/:botId/token",
  botTexts: "/control/bots/:botId/texts",
  apiKeys: "/control/api-keys",
  newApiKey: "/control/api-keys/new",
  apiKey: "/control/api-keys/:keyId",
  audit: "/control/audit",
  health: "/control/health",
  settings: "/control/settings",
  newWorkspace: "/control/workspaces/new",
  profile: "/control/profile",
  join: "/join/:token",
} as const;

export type PathName = keyof typeof paths;
type ParamsIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
export type PathParams<Name extends PathName> = Readonly<Record<ParamsIn<(typeof paths)[Name]>, string>>;

/** `href("conversion", { conversionId: "12" })` → "/conversions/12". */
export function href<Name extends PathName>(
  name: Name,
  ...[params]: ParamsIn<(typeof paths)[Name]> extends never ? [] : [params: PathParams<Name>]
): string {
  const values: Readonly<Record<string, string>> = params ?? {};
  return paths[name].replace(/:([A-Za-z]+)/g, (whole, key: string) => encodeURIComponent(values[key] ?? whole));
}

/** The lab with a stored call in it. */
export const labOf = (call: { connectionId: string; eventId: string }): string =>
  `${href("lab")}?${new URLSearchParams(call)}`;

/** Flows of a tracker that hold an offer, to change them together. */
export const flowsOfOffer = (connectionId: string, offerRef: string): string =>
  `${href("manyFlows")}?${new URLSearchParams({ tracker: connectionId, offer: offerRef })}`;

/** Where the app lives for this bot: "/app/<bot id>", and "" when it is served from elsewhere (tests, development). */
export const baseOf = (pathname: string): string => /^\/app\/[^/]+/.exec(pathname)?.[0] ?? "";

/** The bot that the app was opened through. */
export const botIdOf = (pathname: string): string => /^\/app\/([^/]+)/.exec(pathname)?.[1] ?? "";

/**
 * The screen that a start parameter names: "conversions_12" is "/conversions/12", since Telegram allows no slash in it.
 * Undefined for one that names no screen of ours. It grants nothing: anybody can make such a link.
 */
export function pathOfStartParam(startParam: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,512}$/.test(startParam)) return undefined;
  const invitation = /^inv_([A-Za-z0-9_-]+)$/.exec(startParam);
  if (invitation?.[1]) return href("join", { token: invitation[1] });
  const path = `/${startParam.replaceAll("_", "/")}`;
  const isKnown = Object.values(paths).some((pattern) =>
    new RegExp(`^${pattern.replace(/:[A-Za-z]+/g, "[^/]+")}$`).test(path),
  );
  return isKnown ? path : undefined;
}

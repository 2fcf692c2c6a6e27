/**
 * The invented people, bot and chats of the sandbox. The stand-in of Telegram and the demo data both read this page, so that
 * a chat in the simulator and its row in the database are the same chat on every start.
 */
export const sandboxBot = {
  token: "7000000001:SANDBOX-not-a-real-token-0123456789",
  id: 7_000_000_001,
  username: "switchboard_demo_bot",
  name: "Switchboard Demo",
} as const;

/** More bots of the demo team, connected by their tokens as anybody connects his. */
export const sandboxMoreBots = [
  {
    token: "7000000002:SANDBOX-not-a-real-token-of-the-shop",
    id: 7_000_000_002,
    username: "northlight_shop_bot",
    name: "Northlight Shop",
  },
  {
    token: "7000000003:SANDBOX-not-a-real-token-of-the-news",
    id: 7_000_000_003,
    username: "northlight_news_bot",
    name: "Northlight News",
  },
] as const;

/** Connected by nobody: whoever tries the sandbox connects it. */
export const sandboxSpareBot = {
  token: "7000000009:SANDBOX-a-spare-bot-to-connect-yourself",
  id: 7_000_000_009,
  username: "spare_demo_bot",
  name: "Spare Demo",
} as const;

export interface SandboxPerson {
  id: number;
  firstName: string;
  lastName: string;
  username: string;
  languageCode: "en" | "ru" | "uk";
  /** What they are in the demo workspace; null is a customer. */
  role: "owner" | "media_buyer" | null;
}

export const sandboxPeople = {
  owner: {
    id: 810_000_001,
    firstName: "Оксана",
    lastName: "Коваль",
    username: "oksana_koval",
    languageCode: "uk",
    role: "owner",
  },
  buyer: {
    id: 810_000_002,
    firstName: "Денис",
    lastName: "Орлов",
    username: "denis_buys",
    languageCode: "ru",
    role: "media_buyer",
  },
  customer: {
    id: 810_000_003,
    firstName: "Alice",
    lastName: "Moreau",
    username: "alice_m",
    languageCode: "en",
    role: null,
  },
} as const satisfies Record<string, SandboxPerson>;

export const sandboxGroup = {
  id: -1_002_000_000_001,
  title: "Traffic team",
  topics: [
    { threadId: 11, name: "Deposits" },
    { threadId: 12, name: "Registrations" },
    { threadId: 13, name: "Rejections" },
  ],
} as const;

export const sandboxChannel = { id: -1_002_000_000_002, title: "Big wins", username: "switchboard_wins" } as const;

/** Closed: whoever buys the product of its name is let in. */
export const sandboxClub = { id: -1_002_000_000_003, title: "Northlight Club" } as const;

export const sandboxWorkspaceName = "Northlight Media";

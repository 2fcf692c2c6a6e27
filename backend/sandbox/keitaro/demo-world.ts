/** The tracker of the demo's first connection: the campaigns whose conversions are seeded, and what stands around them. */
import { demoCampaigns } from "../campaigns.ts";
import { buildWorld, type CampaignPlan, type TrackerWorld } from "./world.ts";

const countryNames: Readonly<Record<string, string>> = {
  AU: "Australia",
  PL: "Poland",
  UA: "Ukraine",
  DE: "Germany",
  BR: "Brazil",
  IN: "India",
  MX: "Mexico",
  TR: "Turkey",
};
const groups = { main: 1, tests: 2, partners: 3 } as const;
const sources = { facebook: 1, google: 2, push: 3, native: 4 } as const;
const landings = {
  wheel: 9,
  quiz: 10,
  video: 11,
  preview: 12,
  noPreview: 13,
  advertorial: 14,
  calculator: 15,
} as const;

/** What is offered beside the offers of `demoCampaigns`: one row each of name, country, payout. */
const moreOffers: readonly (readonly [id: number, name: string, country: string, payout: number])[] = [
  [103, "Outback Gold", "AU", 82],
  [104, "Sydney Slots", "AU", 75],
  [105, "Wombat Wins", "AU", 68],
  [106, "Harbour Bets", "AU", 90],
  [119, "Złoty Trader", "PL", 450],
  [120, "Kapital Plus", "PL", 410],
  [121, "Rynek 24", "PL", 395],
  [122, "InwestPro", "PL", 520],
  [132, "Батарея Плюс", "UA", 5],
  [133, "Швидкий VPN", "UA", 7],
  [134, "Фото Майстер", "UA", 4],
  [142, "Zinsblick", "DE", 130],
  [143, "Tagesgeld Direkt", "DE", 95],
  [144, "Rürup Rechner", "DE", 160],
];

/** The generated rest of the list, so that a search has something to search in. */
const kinds = ["Spins", "Trader", "Dating", "VPN", "Nutra", "Loans"];
const generated = ["BR", "IN", "MX", "TR"].flatMap((country, at) =>
  kinds.map((kind, n) => ({ id: 200 + at * 10 + n, name: `${kind} ${country}`, country, payout: 20 + at * 5 + n * 3 })),
);

/** Visitors of a flow whose conversions are in the log, or are none. */
const visitors = (country: string, clicksPerDay: number, costPerClick: number) => ({
  country,
  clicksPerDay,
  costPerClick,
});

const campaigns: readonly CampaignPlan[] = [
  {
    id: 15,
    name: "Spring AU · Sweeps",
    groupId: groups.main,
    sourceId: sources.facebook,
    flows: [
      {
        id: 5001,
        name: "Bots",
        type: "forced",
        schema: "action",
        action: ["status404", ""],
        filters: [["bot", "accept", []]],
      },
      {
        id: 5002,
        name: "AU mobile",
        filters: [
          ["country", "accept", ["AU"]],
          ["device_type", "accept", ["mobile", "tablet"]],
        ],
        landings: [
          [landings.wheel, 60],
          [landings.quiz, 40],
        ],
        offers: [
          [101, 40],
          [102, 35],
          [103, 25],
        ],
        traffic: visitors("AU", 230, 0.9),
      },
      {
        id: 5003,
        name: "AU desktop, no landing",
        filters: [
          ["country", "accept", ["AU"]],
          ["device_type", "accept", ["desktop"]],
        ],
        offers: [
          [101, 50],
          [104, 50],
        ],
        traffic: visitors("AU", 90, 0.7),
      },
      {
        id: 5004,
        name: "Everybody else",
        type: "default",
        schema: "redirect",
        action: ["http", "https://northlight.example/thanks"],
        traffic: visitors("NZ", 30, 0.4),
      },
    ],
  },
  {
    id: 22,
    name: "PL Push / Crypto",
    groupId: groups.main,
    sourceId: sources.push,
    flows: [
      {
        id: 5010,
        name: "PL all",
        filters: [["country", "accept", ["PL"]]],
        landings: [[landings.video, 100]],
        // Ninety in all, and a row that is off.
        offers: [
          [118, 60],
          [119, 30],
          [120, 20, "disabled"],
        ],
        traffic: visitors("PL", 180, 3.2),
      },
    ],
  },
  {
    id: 31,
    name: "UA Утиліти",
    type: "weight",
    groupId: groups.tests,
    sourceId: sources.google,
    flows: [
      {
        id: 5020,
        name: "Прев’ю",
        weight: 50,
        landings: [[landings.preview, 100]],
        offers: [
          [131, 70],
          [132, 30],
        ],
        traffic: visitors("UA", 450, 0.05),
      },
      {
        id: 5021,
        name: "Без прев’ю",
        weight: 30,
        landings: [[landings.noPreview, 100]],
        offers: [[131, 100]],
        traffic: visitors("UA", 270, 0.05),
      },
      { id: 5022, name: "Без лендінгу", weight: 20, offers: [[133, 100]], traffic: visitors("UA", 180, 0.05) },
    ],
  },
  {
    id: 40,
    name: "DE Native <finance>",
    groupId: groups.partners,
    sourceId: sources.native,
    bindVisitors: "slo",
    flows: [
      {
        id: 5030,
        name: "DE",
        filters: [
          ["country", "accept", ["DE", "AT"]],
          ["language", "reject", ["en"]],
        ],
        landings: [
          [landings.advertorial, 50],
          [landings.calculator, 50],
        ],
        offers: [
          [140, 40],
          [141, 40],
          [142, 20],
        ],
        traffic: visitors("DE", 250, 1.9),
      },
      {
        id: 5031,
        name: "DE night",
        state: "disabled",
        offers: [
          [143, 34],
          [144, 33],
          [141, 33],
        ],
      },
    ],
  },
  ...["BR", "IN", "MX", "TR"].flatMap((country, at): CampaignPlan[] => [
    {
      id: 50 + at * 2,
      name: `${country} ${countryNames[country]} · FB`,
      groupId: groups.main,
      sourceId: sources.facebook,
      flows: [
        {
          id: 5100 + at * 10,
          name: `${country} main`,
          filters: [["country", "accept", [country]]],
          landings: [[landings.quiz, 100]],
          offers: [
            [200 + at * 10, 25],
            [201 + at * 10, 25],
            [202 + at * 10, 25],
            [204 + at * 10, 25],
          ],
          traffic: {
            ...visitors(country, 140 + at * 60, 0.2 + at * 0.05),
            leadsPerHundred: 4 + at,
            payout: 14 + at * 2,
          },
        },
      ],
    },
    {
      id: 51 + at * 2,
      name: `${country} ${countryNames[country]} · test`,
      groupId: groups.tests,
      sourceId: sources.google,
      state: at === 3 ? "disabled" : "active",
      flows: [
        {
          id: 5105 + at * 10,
          name: "Split",
          offers: [
            [203 + at * 10, 50],
            [205 + at * 10, 50],
          ],
          traffic: { ...visitors(country, 60, 0.15), leadsPerHundred: 3, payout: 9 },
        },
      ],
    },
  ]),
  {
    id: 9,
    name: "AU 2025 · closed",
    state: "deleted",
    groupId: groups.main,
    sourceId: sources.facebook,
    flows: [{ id: 5900, name: "Old", state: "deleted", offers: [[101, 100]] }],
  },
];

/** A world of its own for each start: whoever changes it changes it for nobody else. */
export function demoWorld(): TrackerWorld {
  const { world, addGroup, addSource, addNetwork, addLanding, addDomain, addOffer, addCampaign } = buildWorld();
  addGroup("campaigns", groups.main, "Main");
  addGroup("campaigns", groups.tests, "Tests");
  addGroup("campaigns", groups.partners, "Partners");
  addGroup("offers", 11, "Gambling");
  addGroup("offers", 12, "Finance");
  addGroup("offers", 13, "Other");
  addSource(sources.facebook, "Facebook");
  addSource(sources.google, "Google Ads");
  addSource(sources.push, "Push network");
  addSource(sources.native, "Native network");
  addNetwork(61, "Koala Partners");
  addNetwork(62, "Finmarket");
  addNetwork(63, "Direct");
  addDomain(1, "go.northlight.example");
  for (const [id, name] of [
    [landings.wheel, "Wheel v3"],
    [landings.quiz, "Quiz"],
    [landings.video, "Video story"],
    [landings.preview, "Прев’ю"],
    [landings.noPreview, "Без прев’ю"],
    [landings.advertorial, "Advertorial"],
    [landings.calculator, "Calculator"],
  ] as const)
    addLanding(id, name);
  const known = demoCampaigns.flatMap(({ country, offers, payout }) =>
    offers.map(({ id, name }) => ({ id, name, country, payout: payout[1] })),
  );
  const more = moreOffers.map(([id, name, country, payout]) => ({ id, name, country, payout }));
  for (const { country, ...offer } of [...known, ...more, ...generated])
    addOffer({
      ...offer,
      networkId: 61 + (offer.id % 3),
      groupId: country === "AU" ? 11 : country === "PL" || country === "DE" ? 12 : 13,
      countries: [countryNames[country] ?? country],
      // One in seven belongs to a group that a restricted key does not see.
      isHidden: offer.id % 7 === 3,
    });
  addOffer({ id: 107, name: "Dingo Draw", countries: ["Australia"], state: "deleted" });
  for (const campaign of campaigns) addCampaign(campaign);
  return world;
}

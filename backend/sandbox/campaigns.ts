/** The campaigns of the demo: their conversions are seeded, and the stand-in of the tracker has them with their flows. */
export interface DemoCampaign {
  id: number;
  name: string;
  country: string;
  currency: string;
  offers: readonly { id: number; name: string }[];
  landings: readonly string[];
  /** Payout of a deposit, smallest and largest. */
  payout: readonly [number, number];
  /** Clicks that register in a day. */
  perDay: number;
}

export const demoCampaigns: readonly DemoCampaign[] = [
  {
    id: 15,
    name: "Spring AU · Sweeps",
    country: "AU",
    currency: "USD",
    offers: [
      { id: 101, name: "Lucky Koala" },
      { id: 102, name: "Reef Spins" },
    ],
    landings: ["Wheel v3", "Quiz"],
    payout: [45, 120],
    perDay: 16,
  },
  {
    id: 22,
    name: "PL Push / Crypto",
    country: "PL",
    currency: "USD",
    offers: [{ id: 118, name: "BitPolska" }],
    landings: ["Video story"],
    payout: [380, 620],
    perDay: 6,
  },
  {
    id: 31,
    name: "UA Утиліти",
    country: "UA",
    currency: "USD",
    offers: [{ id: 131, name: "Чистий телефон" }],
    landings: ["Прев’ю", "Без прев’ю"],
    payout: [3, 9],
    perDay: 20,
  },
  {
    id: 40,
    name: "DE Native <finance>",
    country: "DE",
    currency: "EUR",
    offers: [
      { id: 140, name: "Sparplan & Co" },
      { id: 141, name: "Depot24" },
    ],
    landings: ["Advertorial"],
    payout: [60, 210],
    perDay: 9,
  },
];

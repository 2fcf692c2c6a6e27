/** Variants: who gets which, and which one won. Pure. */

// ── Who gets which ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Shares are told in hundredths of a percent. */
export const bucketCount = 10_000;

const mask = 0xffffffff;
/**
 * The two multipliers of a mixer whose bits depend on each other hardly at all (found by search, "lowbias32"). Both stay below 2^31:
 * a product with 32 bits fits PostgreSQL's bigint, so that the database computes the very same (`experiment-sql.ts`).
 */
export const mixers = [0x21f0aaad, 0x735a2d97] as const;

function mix(value: number): number {
  let x = (value ^ (value >>> 16)) >>> 0;
  x = Math.imul(x, mixers[0]) >>> 0;
  x = (x ^ (x >>> 15)) >>> 0;
  x = Math.imul(x, mixers[1]) >>> 0;
  return (x ^ (x >>> 15)) >>> 0;
}

/** 32 bits of a whole number of up to 53. */
const folded = (value: number): number => ((value % (mask + 1)) ^ Math.floor(value / (mask + 1))) >>> 0;

/** What a seed puts into every bucket. Neighbouring seeds have nothing in common. */
export const saltOf = (seed: number): number => mix((folded(Math.abs(seed)) ^ 0x9e3779b9) >>> 0);

/** 0…9999: the same for ever, even over ids, and unrelated between seeds. */
export const bucketOf = (seed: number, id: number): number => mix((folded(id) ^ saltOf(seed)) >>> 0) % bucketCount;

/**
 * The index of the variant that a subscriber gets: the same whenever it is asked, even over all variants by their shares, and
 * unrelated between broadcasts of different seeds.
 */
export function variantOf(seed: number, subscriberId: number, variants: readonly { share: number }[]): number {
  const total = variants.reduce((sum, { share }) => sum + share, 0);
  const place = (bucketOf(seed, subscriberId) / bucketCount) * total;
  let upTo = 0;
  for (const [index, { share }] of variants.entries()) {
    upTo += share;
    if (place < upTo) return index;
  }
  return Math.max(0, variants.length - 1);
}

/** The seed by which the sample is drawn: another than that of the variants, or a sample would hold the first ones only. */
export const sampleSeedOf = (seed: number): number => Math.abs(seed) + 1_000_003;

/** Whether a subscriber belongs to the sample of so many percent. */
export const isInSample = (seed: number, subscriberId: number, samplePercent: number): boolean =>
  bucketOf(sampleSeedOf(seed), subscriberId) < samplePercent * 100;

/**
 * The shares when one of them is set: the others divide the rest as they did before. Whole percents that sum to 100, and nobody gets
 * less than 1.
 */
export function withShare(shares: readonly number[], index: number, wanted: number): number[] {
  const others = shares.length - 1;
  if (others < 1) return [100];
  const share = Math.min(100 - others, Math.max(1, Math.round(wanted)));
  // One percent is everybody's own; what is left above it is divided.
  const spare = 100 - share - others;
  const before = shares.reduce((sum, other, at) => (at === index ? sum : sum + Math.max(0, other - 1)), 0);
  let given = 0;
  let passed = 0;
  return shares.map((other, at) => {
    if (at === index) return share;
    passed += before === 0 ? 1 / others : Math.max(0, other - 1) / before;
    const upTo = Math.round(passed * spare);
    const part = upTo - given;
    given = upTo;
    return 1 + part;
  });
}

/** As even as whole percents allow: 34, 33, 33. */
export const evenShares = (count: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(100 / count) + (at < 100 % count ? 1 : 0));

// ── Which one won ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The rule in numbers, as the app states it. */
export const winnerRule = {
  /** A variant that fewer got says nothing. */
  minPeople: 100,
  /** The leader needs so many clicks or orders. */
  minEvents: 10,
  /** Chance of calling a winner where there is no difference, over all pairs of variants together. */
  errorPercent: 5,
} as const;

/** How many people of so many the smallest variant reaches before the decision: below `minPeople` the figures cannot name a winner. */
export function smallestVariant(people: number, samplePercent: number, variants: readonly { share: number }[]): number {
  const least = Math.min(100, ...variants.map(({ share }) => share));
  return Math.floor((people * samplePercent * least) / 10_000);
}

export interface VariantResult {
  /** Who got it. */
  sent: number;
  /** Who clicked, or ordered. */
  events: number;
}

export type Verdict =
  | { kind: "winner"; index: number; p: number }
  /** Too few people, or too few events, to say anything. */
  | { kind: "too_few" }
  /** The leader may lead by chance. */
  | { kind: "close"; index: number; p: number };

const rateOf = ({ sent, events }: VariantResult): number => (sent === 0 ? 0 : events / sent);

/** Standard normal distribution (Abramowitz and Stegun 7.1.26: wrong by less than 1.5e-7). */
function normal(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2));
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp((-z * z) / 2);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}

/** Two-sided p-value that two rates are one (two-proportion z-test, pooled). */
export function pValue(one: VariantResult, other: VariantResult): number {
  const pooled = (one.events + other.events) / (one.sent + other.sent);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / one.sent + 1 / other.sent));
  if (!(spread > 0)) return 1;
  return 2 * (1 - normal(Math.abs(rateOf(one) - rateOf(other)) / spread));
}

/** Below so many expected events the z-test is no measure. */
const leastExpected = 5;

/**
 * The variant with the best rate wins when it differs from the second best with p below 5 % divided by the number of pairs
 * (Bonferroni: of two variants 5 %, of four 0.83 %), everybody's variant reached 100 people and the leader brought 10 events.
 */
export function decideWinner(results: readonly VariantResult[]): Verdict {
  if (results.length < 2) return { kind: "too_few" };
  const order = results.map((_, index) => index);
  order.sort((a, b) => rateOf(results[b] as VariantResult) - rateOf(results[a] as VariantResult) || a - b);
  const [index = 0, secondIndex = 0] = order;
  const best = results[index] as VariantResult;
  const second = results[secondIndex] as VariantResult;
  if (results.some(({ sent }) => sent < winnerRule.minPeople) || best.events < winnerRule.minEvents)
    return { kind: "too_few" };
  const pooled = (best.events + second.events) / (best.sent + second.sent);
  if (Math.min(best.sent, second.sent) * pooled < leastExpected) return { kind: "too_few" };
  const pairs = (results.length * (results.length - 1)) / 2;
  const p = pValue(best, second);
  return { kind: p < winnerRule.errorPercent / 100 / pairs ? "winner" : "close", index, p };
}

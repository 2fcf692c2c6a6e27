import type { ConversionFacts } from "./read-call.ts";
import type { CanonicalStatus } from "./status-map.ts";

/** Facts of a call that said nothing. */
export const blankFacts: ConversionFacts = {
  subid: null,
  tid: null,
  status: "other",
  rawStatus: null,
  amount: null,
  currency: null,
  campaignId: null,
  campaignName: null,
  offerId: null,
  offerName: null,
  flowId: null,
  flowName: null,
  landingId: null,
  landingName: null,
  creativeId: null,
  creativeName: null,
  source: null,
  trafficSource: null,
  externalId: null,
  country: null,
  reportedAt: null,
  subIds: {},
  extra: {},
};

/** An invented conversion in which every field has a value: what texts are shown with before anything has come. */
export const sampleFacts = (status: CanonicalStatus): ConversionFacts => ({
  subid: "1dad2cg1br22spja1",
  tid: "T-77",
  status,
  rawStatus: status,
  amount: "120.50",
  currency: "USD",
  campaignId: "15",
  campaignName: "Spring AU · Sweeps",
  offerId: "101",
  offerName: "Lucky Koala",
  flowId: "5002",
  flowName: "AU mobile",
  landingId: "7",
  landingName: "Wheel v3",
  creativeId: "9",
  creativeName: "cr_mara_01",
  source: "fb.com",
  trafficSource: "Facebook",
  externalId: "fbclid-1",
  country: "AU",
  reportedAt: null,
  subIds: Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [String(index + 1), index === 0 ? "denis" : `sub ${index + 1}`]),
  ),
  extra: {},
});

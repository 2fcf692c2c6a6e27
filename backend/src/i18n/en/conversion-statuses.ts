/** Names of conversion statuses, said in alerts by the server and on screens by the Mini App. */
export const conversionStatuses = {
  "conversions.status.lead": "Lead",
  "conversions.status.sale": "Sale",
  "conversions.status.rejected": "Rejected",
  "conversions.status.rebill": "Rebill",
  "conversions.status.registration": "Registration",
  "conversions.status.deposit": "Deposit",
  "conversions.status.trash": "Trash",
  "conversions.status.other": "Event",
} as const;

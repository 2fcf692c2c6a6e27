/** What operations needs from the process it runs in. */

export interface OperationsPorts {
  /** How the messenger writes marks; each takes plain text and makes it harmless. */
  markup: { plain(text: string): string; bold(text: string): string };
  /** ADMIN_CHANNEL_ID; null = the first workspace's owners and admins hear of the installation's troubles. */
  adminChannelId: number | null;
  partitions: {
    ensure(now: Date): Promise<void>;
    /** Drops what is older than so many days; answers with names. */
    dropOld(now: Date, keepDays: number): Promise<string[]>;
  };
  keep: {
    inboxDays: number;
    deliveriesDays: number;
    /** How long a sender's own id of a call is remembered; default 30 days. */
    inboundKeysDays?: number;
    /** Null or absent = the audit log is kept for good. */
    auditDays?: number | null;
  };
}

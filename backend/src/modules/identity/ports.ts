import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";

/** What identity must know of a bot to believe launch data that names it. */
export interface SignInBot {
  botId: string;
  workspaceId: string;
  /** Changes whenever the token changes; the opened token is remembered under it. */
  tokenSealed: string;
  isActive: boolean;
}

/** A bot as its workspace's people see it. */
export interface WorkspaceBot {
  id: string;
  username: string;
}

/**
 * The bots room as identity needs it. A port, not an import: bots leans on identity for rights and the audit log, and arrows
 * between rooms form no circle.
 */
export interface WorkspaceBots {
  findSignInBot(db: Db, botId: string): Promise<SignInBot | null>;
  /** `null` for a bot of another workspace. */
  findBot(db: Db, workspaceId: string, botId: string): Promise<WorkspaceBot | null>;
  /** The bot whose links a workspace hands out: the platform bot of the first one, otherwise its oldest active bot. */
  findMainBot(db: Db, workspaceId: string): Promise<WorkspaceBot | null>;
}

/** Who is exported or erased, with the Telegram id that outside rooms may know the person by. */
export interface PersonIdentity {
  workspaceId: string;
  personId: string;
  telegramId: number | null;
}

/** What another room holds about persons. Every room with personal data registers one in the container. */
export interface PersonDataSource {
  /** Key under which the export shows it. */
  room: string;
  /** Everything held about this person and nothing of others, as JSON values. */
  exportPerson(db: Db, person: PersonIdentity): Promise<unknown>;
  /** Empties personal columns and texts; rows that money or audit need stay, without a name. */
  erasePerson(db: Db, person: PersonIdentity): Promise<void>;
}

/** The shop room as whoever opens the app must know it: a port, since the shop leans on identity. */
export interface Storefront {
  isOpen(db: Db, workspaceId: string): Promise<boolean>;
}

export interface IdentityPorts {
  vault: Vault;
  storefront: Storefront;
  workspaceBots: WorkspaceBots;
  personData: readonly PersonDataSource[];
  installation: { sandbox: boolean; openWorkspaces: boolean };
}

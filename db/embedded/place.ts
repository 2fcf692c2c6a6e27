/** Where an embedded database lies, who owns it, and how it is reached. */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, copyBinaries } from "./binaries.ts";
import { canReach, makeHome, type ServerUser } from "./server-user.ts";

/** What `access.json` says. */
export interface Access {
  port: number;
  password: string;
  adminPassword: string;
  home: string;
  /** False until the cluster was complete once: from then on a missing cluster is a loss, not a first start. */
  isInitialised: boolean;
}

export interface Place {
  dataDir: string;
  cluster: string;
  logFile: string;
  access: Access;
  binaries: Binaries;
  user: ServerUser | undefined;
  isFast: boolean;
}

export const role = "switchboard";
export const urlOf = ({ port, password }: Access) => `postgres://${role}:${password}@127.0.0.1:${port}/${role}`;

export function prepare(dataDir: string, found: Binaries, user: ServerUser | undefined, isFast: boolean): Place {
  const file = join(dataDir, "access.json");
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Access) : undefined;
  const isLost = known?.isInitialised === true && !existsSync(join(known.home, "cluster"));
  if (isLost && !isFast && !existsSync(join(dataDir, "server", "cluster")))
    throw new Error(
      `The database that ${file} tells of is gone: ${join(known.home, "cluster")} does not exist. Put it back, or delete ${dataDir} to begin with an empty database.`,
    );
  // A project folder that was moved takes its database with it; only a home elsewhere keeps its recorded place.
  const local = join(dataDir, "server");
  const isKnownHome = known !== undefined && existsSync(known.home);
  const home = existsSync(join(local, "cluster")) ? local : isKnownHome ? known.home : makeHome(dataDir, user, isFast);
  const cluster = join(home, "cluster");
  const owner = ownerOf(cluster, user);
  const access: Access = {
    port: known?.port ?? 0,
    password: known?.password ?? randomBytes(24).toString("hex"),
    adminPassword: known?.adminPassword ?? randomBytes(24).toString("hex"),
    home,
    isInitialised: (known?.isInitialised ?? false) && existsSync(cluster),
  };
  const binaries = owner && !canReach(found.root, owner) ? copyBinaries(found, home) : found;
  const place = { dataDir, cluster, logFile: join(home, "server.log"), access, binaries, user: owner, isFast };
  saveAccess(place);
  return place;
}

/** The cluster's owner counts, not today's first choice: a user “postgres” may have been added since. */
function ownerOf(cluster: string, user: ServerUser | undefined): ServerUser | undefined {
  const { uid, gid } = statSync(cluster, { throwIfNoEntry: false }) ?? {};
  if (uid === undefined || gid === undefined) return user;
  if (!user) {
    if (uid !== process.getuid?.())
      throw new Error(`${cluster} belongs to another user of this machine: start Switchboard as that user.`);
    return undefined;
  }
  if (uid !== 0) return { uid, gid };
  // Copied back by root, for example from a backup of the folder.
  chownTree(cluster, user);
  return user;
}

function chownTree(path: string, user: ServerUser): void {
  chownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) chownTree(join(path, entry.name), user);
    else if (entry.isFile()) chownSync(join(path, entry.name), user.uid, user.gid);
  }
}

export function saveAccess({ dataDir, access }: Place): void {
  const file = join(dataDir, "access.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

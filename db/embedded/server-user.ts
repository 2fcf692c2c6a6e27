/**
 * PostgreSQL refuses to run as root. When we are root, the server runs as an ordinary user of this machine, and its files
 * must lie where that user can reach them.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** In a home outside the project: the folder whose database this is. */
const note = "belongs-to.txt";

export interface ServerUser {
  uid: number;
  gid: number;
}

/** Whom the server runs as; undefined = as ourselves, because we are not root. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => {
      const done = spawnSync("id", [flag, name], { encoding: "utf8" });
      return done.status === 0 ? Number.parseInt(done.stdout, 10) : Number.NaN;
    });
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has neither a user “postgres” nor “nobody”. Start Switchboard as an ordinary user, or set DATABASE_URL.",
  );
}

/** Whether `user` may pass through every folder down to `path`, judged by the permission bits. */
export function canReach(path: string, user: ServerUser): boolean {
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Makes the folder that the server owns: inside `dataDir` when its user can reach that, else under /var/lib/switchboard
 * (`temporary`, or when `dataDir` is temporary itself: in the system's temp folder), with a note of where it belongs.
 */
export function makeHome(dataDir: string, user: ServerUser | undefined, temporary: boolean): string {
  if (!user || canReach(dataDir, user)) {
    const home = join(dataDir, "server");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if (user) chownSync(home, user.uid, user.gid);
    return home;
  }
  // What belongs to a folder in the temp folder need not outlive it.
  const isTemporary = temporary || realpathSync(dataDir).startsWith(join(realpathSync(tmpdir()), "/"));
  if (isTemporary) dropAbandoned();
  const home = mkdtempSync(join(isTemporary ? tmpdir() : persistentParent(), "switchboard-"));
  writeFileSync(join(home, note), `${realpathSync(dataDir)}\n`);
  chownSync(home, user.uid, user.gid);
  return home;
}

/** Throw-away databases in the temp folder whose project is gone, for example a clone made for one run of the tests. */
function dropAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, note);
    if (!name.startsWith("switchboard-") || !existsSync(owner)) continue;
    if (!existsSync(readFileSync(owner, "utf8").trim())) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function persistentParent(): string {
  const parent = "/var/lib/switchboard";
  try {
    mkdirSync(parent, { recursive: true });
    chmodSync(parent, 0o711);
    return parent;
  } catch {
    // A read-only system, as in some containers: /var/tmp outlives a restart, /tmp need not.
    return "/var/tmp";
  }
}

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";

// Each test starts servers or makes databases of its own.
setDefaultTimeout(30_000);

const parent = mkdtempSync(join(tmpdir(), "embedded test "));
chmodSync(parent, 0o711);
const isRoot = process.getuid?.() === 0;
const started: EmbeddedPostgres[] = [];
let made = 0;

const newDataDir = () => join(parent, `данные ${++made}`);

async function start(dataDir: string, fast = true): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, fast });
  started.push(server);
  return server;
}

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return [...(await sql.unsafe<T[]>(text))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const access = (dataDir: string) => JSON.parse(readFileSync(join(dataDir, "access.json"), "utf8"));
const pidFile = (dataDir: string) => join(access(dataDir).home, "cluster", "postmaster.pid");
const serverPid = (dataDir: string) => Number(readFileSync(pidFile(dataDir), "utf8").split("\n")[0]);

/** Another process that starts the database and stays, until it is killed. */
async function startElsewhere(dataDir: string) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(import.meta.dir, "embedded.ts"))});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, fast: true });
    console.log("started " + server.wasRunning);
    for await (const _ of Bun.stdin.stream());
    await server.stop();
    process.exit(0);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe", cwd: import.meta.dir });
  const { value } = await child.stdout.getReader().read();
  return { child, said: new TextDecoder().decode(value).trim() };
}

afterAll(async () => {
  for (const server of started) await server.stop();
  rmSync(parent, { recursive: true, force: true });
});

describe("the embedded PostgreSQL server", () => {
  test("keeps its data over a restart, in a folder with spaces and letters of any script", async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    await query(first.url, "create table kept (word text); insert into kept values ('Привіт')");
    await first.stop();
    expect(existsSync(pidFile(dataDir))).toBe(false);
    const second = await start(dataDir);
    expect(await query<{ word: string }>(second.url, "select lower(word) as word from kept")).toEqual([
      { word: "привіт" },
    ]);
    await second.stop();
  });

  test("listens on loopback only, asks for a password, and hides it from others", async () => {
    const dataDir = newDataDir();
    const server = await start(dataDir);
    const { port, password, adminPassword } = access(dataDir);
    const [settings] = await query<Record<string, string>>(
      `postgres://postgres:${adminPassword}@127.0.0.1:${port}/postgres`,
      "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets",
    );
    expect(settings).toEqual({ addresses: "127.0.0.1", sockets: "" });
    expect(statSync(join(dataDir, "access.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(access(dataDir).home, "cluster")).mode & 0o777).toBe(0o700);
    const wrong = server.url.replace(password, "guessed");
    await expect(query(wrong, "select 1")).rejects.toThrow("password authentication failed");
    await server.stop();
  });

  test("gives the application a role that owns its database and is no superuser", async () => {
    const server = await start(newDataDir());
    const [role] = await query<Record<string, unknown>>(
      server.url,
      `select rolsuper as super, rolname = pg_get_userbyid(datdba) as owner
        from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(role).toEqual({ super: false, owner: true });
    await server.stop();
  });

  test("goes on with the server that a killed process left behind", async () => {
    const dataDir = newDataDir();
    const { child, said } = await startElsewhere(dataDir);
    expect(said).toBe("started false");
    await query((await start(dataDir)).url, "create table kept (n int)");
    const pid = serverPid(dataDir);
    child.kill("SIGKILL");
    await child.exited;
    for (const server of started) await server.stop();
    expect(existsSync(pidFile(dataDir))).toBe(false);

    const second = await startElsewhere(dataDir);
    second.child.kill("SIGKILL");
    await second.child.exited;
    const server = await start(dataDir);
    expect(server.wasRunning).toBe(true);
    expect(serverPid(dataDir)).not.toBe(pid);
    expect(await query<{ n: number }>(server.url, "select * from kept")).toEqual([]);
    await server.stop();
    expect(existsSync(pidFile(dataDir))).toBe(false);
  });

  test("is shared by starts at once, and stops when the last of them stops", async () => {
    const dataDir = newDataDir();
    const [one, two] = await Promise.all([start(dataDir), start(dataDir)]);
    expect(one.url).toBe(two.url);
    expect([one.wasRunning, two.wasRunning].sort()).toEqual([false, true]);
    await one.stop();
    await one.stop();
    expect(await query<{ n: number }>(two.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await two.stop();
    expect(existsSync(pidFile(dataDir))).toBe(false);
  });

  test("starts after a crash whose process id now belongs to another program", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    writeFileSync(pidFile(dataDir), `${process.pid}\n${dataDir}\n1\n5432\n\n\n`);
    const server = await start(dataDir);
    expect(server.wasRunning).toBe(false);
    expect(await query<{ n: number }>(server.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await server.stop();
  });

  test("loses nothing that was committed when the server itself is killed", async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir, false);
    await query(first.url, "create table kept (n int); insert into kept values (7)");
    process.kill(serverPid(dataDir), "SIGKILL");
    const second = await start(dataDir, false);
    expect(await query<{ n: number }>(second.url, "select n from kept")).toEqual([{ n: 7 }]);
    await first.stop();
    await second.stop();
  });

  test("moves to another port when its own was taken", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    const { port } = access(dataDir);
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(port, "127.0.0.1", done));
    const server = await start(dataDir);
    expect(access(dataDir).port).not.toBe(port);
    expect(await query<{ n: number }>(server.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await server.stop();
    squatter.close();
  });

  test("refuses the data of another major version and says how to carry them over", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    const file = join(access(dataDir).home, "cluster", "PG_VERSION");
    writeFileSync(file, "17\n");
    await expect(start(dataDir)).rejects.toThrow(/made by PostgreSQL 17.*bun run backup.*bun run restore/s);
  });

  test("does not quietly begin anew when its data are gone", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    const { home } = access(dataDir);
    renameSync(join(home, "cluster"), join(home, "elsewhere"));
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/is gone.*Put it back/s);
  });

  // Only root has this problem: PostgreSQL then runs as another user, who may not enter the folder.
  if (isRoot)
    test("lives elsewhere when its user cannot enter the project, and is found again", async () => {
      const closed = join(parent, "closed");
      mkdirSync(closed, { mode: 0o700 });
      const dataDir = join(closed, "data");
      const first = await start(dataDir);
      const { home } = access(dataDir);
      expect(home.startsWith(closed)).toBe(false);
      expect(statSync(home).uid).not.toBe(0);
      await query(first.url, "create table kept (n int)");
      await first.stop();
      const second = await start(dataDir);
      expect(await query<{ n: number }>(second.url, "select * from kept")).toEqual([]);
      await second.stop();
      rmSync(home, { recursive: true });
    });
});

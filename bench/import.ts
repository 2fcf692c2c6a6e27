import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createVault } from "@backend/kit/crypto.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { sql } from "drizzle-orm";
import { createRig, type Rig, type Server, watchMemory } from "./product.ts";
import { atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";

const rowsOf = (isQuick: boolean) => (isQuick ? 50_000 : 1_000_000);
const partBytes = 512 * 1024;

export const imports: Bench = {
  name: "import",
  what: "a CSV of people in seven columns, one a tag and one a field of their own, from the start of the import to its last row",
  run: measureImport,
};

export const audienceExport: Bench = {
  name: "audience-export",
  what: "a file of the whole audience with a tag and a field each, from the request to its last byte",
  run: measureExport,
};

interface Space {
  product: Server;
  workspaceId: string;
  botId: string;
  headers: Record<string, string>;
}

async function prepare(rig: Rig): Promise<Space> {
  const product = await rig.start();
  const { workspaceId, id: botId } = await rig.platformBot();
  const at = { workspaceId, botId, botUsername: "", token: "" };
  const { headers } = await makeApiKey(rig.database.db, at, ["audience.manage"], createVault(rig.secretsKey));
  return { product, workspaceId, botId, headers };
}

async function ask<T>(
  { product, headers }: Space,
  method: string,
  path: string,
  body?: object | Uint8Array,
): Promise<T> {
  const isBytes = body instanceof Uint8Array;
  const answer = await fetch(`http://127.0.0.1:${product.port}/api/v1${path}`, {
    method,
    headers: { ...headers, "content-type": isBytes ? "application/octet-stream" : "application/json" },
    ...(body === undefined ? {} : { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Some 70 bytes a person, none of whom is known. */
function csvOf(count: number, run: number): Uint8Array {
  const encoder = new TextEncoder();
  const pieces = [encoder.encode("Telegram ID,First name,Last name,Username,Language,Tags,City\n")];
  const step = 10_000;
  for (let from = 0; from < count; from += step) {
    let text = "";
    for (let n = from; n < Math.min(count, from + step); n++)
      text += `${1_000_000_000 + run * 10_000_000 + n},Олена ${n % 900},Іваненко,user_${run}_${n},uk,"vip ${n % 5}; travel",Київ\n`;
    pieces.push(encoder.encode(text));
  }
  return Buffer.concat(pieces);
}

async function send(space: Space, bytes: Uint8Array): Promise<string> {
  const upload = { purpose: "import", name: "people.csv", size: bytes.length };
  const { id } = await ask<{ id: string }>(space, "POST", "/uploads", upload);
  for (let part = 0; part * partBytes < bytes.length; part++)
    await ask(space, "PUT", `/uploads/${id}/parts/${part}`, bytes.slice(part * partBytes, (part + 1) * partBytes));
  await ask(space, "POST", `/uploads/${id}/finish`);
  return id;
}

async function measureImport({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const count = rowsOf(isQuick);
    const space = await prepare(rig);
    const measured: { seconds: number; grownMb: number; floor: number }[] = [];
    for (let run = 0; run < runs; run++) {
      const bytes = csvOf(count, run);
      const floor = await copyIn(rig, bytes);
      const uploadId = await send(space, bytes);
      const { id } = await ask<{ id: string }>(space, "POST", "/audience/imports", { uploadId, botId: space.botId });
      const newFields = [{ column: 6, name: "City", kind: "text" }];
      await ask(space, "PATCH", `/audience/imports/${id}`, { newFields, consent: "for the benchmark" });
      const watch = await watchMemory(space.product);
      const startedAt = performance.now();
      await ask(space, "POST", `/audience/imports/${id}/start`);
      for (let state = "running"; state === "running"; ) {
        await Bun.sleep(100);
        const now = await ask<{ state: string; added: number }>(space, "GET", `/audience/imports/${id}`);
        state = now.state;
        if (state !== "running" && now.added !== count) throw new Error(`${state} with ${now.added} of ${count}`);
      }
      const seconds = (performance.now() - startedAt) / 1000;
      const grownMb = watch.endMb();
      measured.push({ seconds, grownMb, floor });
      const size = (bytes.length / 1e6).toFixed(0);
      say(`run ${run + 1}: ${size} MB in ${seconds.toFixed(1)} s, +${grownMb.toFixed(0)} MB`);
    }
    const floor = {
      what: "the same file by COPY into a table without indexes",
      value: median(measured.map((one) => one.floor)),
    };
    const what = `${count.toLocaleString("en-US")} rows of CSV`;
    return [
      row({
        what,
        value: median(measured.map(({ seconds }) => seconds)),
        unit: "s",
        floor,
        // A quick run has a twentieth of the rows, and says nothing of the whole.
        target: isQuick ? null : atMost(30),
      }),
      row({
        what: "memory above idle, import",
        value: median(measured.map(({ grownMb }) => grownMb)),
        unit: "MB",
        target: atMost(150),
      }),
    ];
  } finally {
    await rig.close();
  }
}

async function copyIn({ database }: Rig, bytes: Uint8Array): Promise<number> {
  const columns = ["id", "first", "last", "username", "language", "tags", "city"].map((name) => `${name} text`).join();
  await database.sql.unsafe(`create unlogged table import_floor (${columns})`);
  const startedAt = performance.now();
  const into = await database.sql`copy import_floor from stdin with (format csv, header)`.writable();
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  };
  await pipeline(Readable.from(pieces()), into);
  const seconds = (performance.now() - startedAt) / 1000;
  await database.sql`drop table import_floor`;
  return seconds;
}

async function measureExport({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const count = rowsOf(isQuick);
    const space = await prepare(rig);
    await fill(rig, space, count);
    say(`${count} people stored`);
    const measured: Record<"xlsx" | "csv", { seconds: number; grownMb: number }[]> = { xlsx: [], csv: [] };
    for (let run = 0; run < runs; run++)
      for (const format of ["xlsx", "csv"] as const) {
        const watch = await watchMemory(space.product);
        const startedAt = performance.now();
        const url = `http://127.0.0.1:${space.product.port}/api/v1/audience/export?format=${format}`;
        const answer = await fetch(url, { headers: space.headers });
        if (!answer.ok || !answer.body) throw new Error(`export: ${answer.status} ${await answer.text()}`);
        let bytes = 0;
        for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += piece.length;
        const seconds = (performance.now() - startedAt) / 1000;
        const grownMb = watch.endMb();
        measured[format].push({ seconds, grownMb });
        const size = (bytes / 1e6).toFixed(0);
        say(`run ${run + 1}: ${format} ${seconds.toFixed(1)} s, ${size} MB, +${grownMb.toFixed(0)} MB`);
      }
    const of = (format: "xlsx" | "csv", what: "seconds" | "grownMb") =>
      median(measured[format].map((one) => one[what]));
    const people = `${count.toLocaleString("en-US")} people`;
    const target = isQuick ? null : atMost(30);
    return [
      row({ what: `${people} as XLSX`, value: of("xlsx", "seconds"), unit: "s", target }),
      row({ what: `${people} as CSV`, value: of("csv", "seconds"), unit: "s", target }),
      row({ what: "memory above idle, XLSX", value: of("xlsx", "grownMb"), unit: "MB", target: atMost(150) }),
      row({ what: "memory above idle, CSV", value: of("csv", "grownMb"), unit: "MB", target: atMost(150) }),
    ];
  } finally {
    await rig.close();
  }
}

async function fill({ database }: Rig, { workspaceId, botId }: Space, count: number): Promise<void> {
  const { db } = database;
  await db.execute(sql`
    insert into audience_fields (workspace_id, key, name, kind) values (${workspaceId}, 'city', 'City', 'text')`);
  await db.execute(sql`insert into audience_tags (workspace_id, name) values (${workspaceId}, 'vip')`);
  const step = 50_000;
  for (let from = 0; from < count; from += step)
    await db.execute(sql`
      with made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${workspaceId}, ${botId}, 1000000000 + n, 'private', 'Person ' || n
        from generate_series(${from + 1}::int, ${Math.min(count, from + step)}::int) n
        returning id, telegram_chat_id as telegram_id
      )
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, first_name, last_name, username, language, source,
        subscribed_at, last_seen_at, tags, fields)
      select ${workspaceId}, ${botId}, id, telegram_id, 'start', 'Олена', 'Іваненко', 'user' || telegram_id, 'uk', 'ads',
        now(), now(), (select array_agg(t.id) from audience_tags t), '{"city":"Київ"}'
      from made`);
  await db.execute(sql`analyze subscribers`);
}

/**
 * A backup is one gzip file of text lines. First a line of JSON, the manifest; then for each table a line of JSON that names
 * it and its columns, its rows in PostgreSQL's COPY text format, and a line `\.`; last a line of JSON with the number of
 * rows, without which the file is not whole. COPY escapes line ends and backslashes, so no row can look like `\.`.
 */
export interface Manifest {
  format: "switchboard-backup";
  version: 1;
  /** ISO 8601, the moment of the snapshot. */
  takenAt: string;
  /** PostgreSQL's own version string, for the reader only. */
  server: string;
  /** Hashes of the applied migrations, oldest first: the shape that the rows have. */
  migrations: string[];
  partitions: Partition[];
  sequences: { schema: string; name: string; value: string; isCalled: boolean }[];
}

export interface Partition {
  name: string;
  parent: string;
  /** For example `FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')`, as PostgreSQL spells it. */
  bounds: string;
}

export interface Section {
  table: string;
  columns: string[];
}

export interface Closing {
  rows: Record<string, number>;
}

/** Stands for the job queue. Its tables belong to graphile-worker and differ between its versions; these columns do not. */
export const jobsSection: Section = {
  table: "(jobs)",
  columns: [
    "identifier",
    "payload",
    "queue_name",
    "run_at",
    "max_attempts",
    "key",
    "priority",
    "flags",
    "attempts",
    "last_error",
  ],
};

export const endOfRows = "\\.";

/** Quotes a name for SQL. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Yields the lines of a stream of bytes, without their line ends. */
export async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes =
      rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield rest;
}

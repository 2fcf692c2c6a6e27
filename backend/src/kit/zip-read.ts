/**
 * Single files out of a zip that a stranger sent, as streams. Sizes are refused by what the archive declares before anything is
 * unpacked, and by what really comes out while it is: an archive of a megabyte that unpacks to gigabytes takes no memory and little
 * time. Only named entries are read, so nested and overlapping archives are bytes like any other.
 */
import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { TableError } from "./table-rows.ts";

/** A file that can be read from any place. */
export interface StoredFile {
  size: number;
  /** Bytes from `from` to the end, piece by piece. */
  stream(from: number): AsyncIterable<Uint8Array>;
}

export interface ZipEntry {
  name: string;
  /** As the archive declares it. */
  size: number;
  packedSize: number;
  isDeflated: boolean;
  headerAt: number;
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const endSize = 22;
const commentAtMost = 65_535;
/** An XLSX has some dozens of entries. */
const entriesAtMost = 2_000;
const directoryAtMost = 1024 * 1024;
/** Sizes above 4 GiB stand elsewhere (zip64); nothing that large is read here. */
const elsewhere = 0xffff_ffff;

export async function readBytes(file: StoredFile, from: number, length: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let taken = 0;
  if (length > 0)
    for await (const piece of file.stream(from)) {
      pieces.push(piece.subarray(0, length - taken));
      taken += piece.length;
      if (taken >= length) break;
    }
  return Buffer.concat(pieces);
}

/** Every entry, by name. Throws a TableError for what is no zip, is locked or too long a list. */
export async function readDirectory(file: StoredFile): Promise<Map<string, ZipEntry>> {
  const tailLength = Math.min(file.size, endSize + commentAtMost);
  const tail = await readBytes(file, file.size - tailLength, tailLength);
  let end = tail.length - endSize;
  while (end >= 0 && tail.readUInt32LE(end) !== endMark) end -= 1;
  if (end < 0) throw new TableError("damaged");
  const count = tail.readUInt16LE(end + 10);
  const size = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (count > entriesAtMost || size > directoryAtMost) throw new TableError("not_a_table");
  const directory = await readBytes(file, start, size);
  const entries = new Map<string, ZipEntry>();
  try {
    for (let n = 0, at = 0; n < count; n++) {
      if (directory.readUInt32LE(at) !== entryMark) throw new TableError("damaged");
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
      const method = directory.readUInt16LE(at + 10);
      const isLocked = (directory.readUInt16LE(at + 8) & 1) === 1;
      if (isLocked) throw new TableError("encrypted");
      if (method === 0 || method === 8)
        entries.set(name, {
          name,
          isDeflated: method === 8,
          packedSize: directory.readUInt32LE(at + 20),
          size: directory.readUInt32LE(at + 24),
          headerAt: directory.readUInt32LE(at + 42),
        });
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
  } catch (error) {
    throw error instanceof TableError ? error : new TableError("damaged");
  }
  return entries;
}

/**
 * An entry's bytes, piece by piece. Throws a TableError when it declares more than `atMost` bytes, gives more than it declares, or
 * cannot be unpacked.
 */
export async function* readEntry(
  file: StoredFile,
  entry: ZipEntry,
  atMost: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (entry.size > atMost || entry.size === elsewhere || entry.packedSize === elsewhere)
    throw new TableError("unpacks_too_large");
  const header = await readBytes(file, entry.headerAt, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== localMark) throw new TableError("damaged");
  const start = entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = firstBytes(file.stream(start), entry.packedSize);
  let given = 0;
  try {
    for await (const piece of entry.isDeflated ? inflated(packed) : packed) {
      given += piece.length;
      if (given > entry.size) throw new TableError("damaged");
      yield piece;
    }
  } catch (error) {
    throw isZlibError(error) ? new TableError("damaged") : error;
  }
}

const isZlibError = (error: unknown): boolean => /^(Z_|ERR_)/.test(String((error as { code?: unknown } | null)?.code));

async function* firstBytes(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const piece of bytes) {
    yield piece.length <= left ? piece : piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 128 * 1024 });
  const source = Readable.from(packed, { objectMode: false, highWaterMark: 1 });
  // Its error is the one that the loop below is given.
  pipeline(source, inflate, () => {});
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

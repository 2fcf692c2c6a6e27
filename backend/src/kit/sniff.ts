/**
 * What a file is, told by its bytes: names and types that a sender declares are words. Nothing is decoded; sizes of pictures are
 * read from their headers, so a picture of a million megapixels costs as much as a small one.
 */

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean => {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
};

/** Brands of MPEG-4 films that Telegram plays. HEIC and AVIF pictures come in the same box under other brands. */
const filmBrand = /^(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|f4v )$/;

/** Of the first bytes of a file; "application/octet-stream" is what we do not know, and what browsers must never run. */
export function sniff(bytes: Uint8Array): string {
  if (startsWith(bytes, "\xff\xd8\xff")) return "image/jpeg";
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a")) return "image/gif";
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return "image/webp";
  if (startsWith(bytes, "ftyp", 4) && filmBrand.test(String.fromCharCode(...bytes.subarray(8, 12)))) return "video/mp4";
  if (startsWith(bytes, "%PDF-")) return "application/pdf";
  if (startsWith(bytes, "PK\x03\x04")) return "application/zip";
  if (startsWith(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return "application/x-ole-storage";
  return "application/octet-stream";
}

interface Size {
  width: number;
  height: number;
}

/** Width and height from the header of a JPEG, PNG, GIF or WebP; null where it does not say, or says nonsense. */
export function imageSize(contentType: string, bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = readers[contentType]?.(view) ?? null;
    return size && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    // A header that ends in the middle.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const readers: Readonly<Record<string, (view: DataView) => Size | null>> = {
  "image/png": (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  "image/gif": (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  "image/jpeg": jpegSize,
  "image/webp": webpSize,
};

/** Walks the segments to the frame header (SOF0…SOF15; C4, C8 and CC are tables). */
function jpegSize(view: DataView): Size | null {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    if (marker === 0xd9 || marker === 0xda) return null;
    at += 2 + view.getUint16(at + 2);
  }
}

/** Three kinds of WebP keep their size in three places. */
function webpSize(view: DataView): Size | null {
  const kind = String.fromCharCode(view.getUint8(12), view.getUint8(13), view.getUint8(14), view.getUint8(15));
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return kind === "VP8X" ? { width: uint24(24) + 1, height: uint24(27) + 1 } : null;
}

/** How Telegram takes the file, and why not as a photo where it is a picture. */
export interface MediaFacts {
  sendAs: "photo" | "video" | "animation" | "document";
  width?: number;
  height?: number;
  notPhoto?: "size" | "dimensions" | "ratio" | "unreadable";
}

/** Bot API, "sendPhoto": at most 10 MB, width and height together at most 10000, ratio at most 20. */
const photoBytesAtMost = 10 * 1024 * 1024;
const photoSidesAtMost = 10_000;
const photoRatioAtMost = 20;

export function mediaFacts(contentType: string, bytes: Uint8Array, fileSize: number): MediaFacts {
  if (contentType === "video/mp4") return { sendAs: "video" };
  if (!(contentType in readers)) return { sendAs: "document" };
  const size = imageSize(contentType, bytes);
  if (!size) return { sendAs: "document", notPhoto: "unreadable" };
  if (contentType === "image/gif") return { sendAs: "animation", ...size };
  const { width, height } = size;
  const notPhoto =
    fileSize > photoBytesAtMost
      ? "size"
      : width + height > photoSidesAtMost
        ? "dimensions"
        : Math.max(width, height) / Math.min(width, height) > photoRatioAtMost
          ? "ratio"
          : null;
  return notPhoto ? { sendAs: "document", ...size, notPhoto } : { sendAs: "photo", ...size };
}

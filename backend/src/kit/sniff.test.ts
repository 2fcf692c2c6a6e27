import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { imageSize, mediaFacts, sniff } from "./sniff.ts";

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const joined = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...ascii(part)] : part)));

const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u16 = (value: number) => [value >>> 8, value & 255];
const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => (value >>> (8 * index)) & 255);

const png = (width: number, height: number) =>
  joined("\x89PNG\r\n\x1a\n", u32(13), "IHDR", u32(width), u32(height), [8, 6, 0, 0, 0]);
const gif = (width: number, height: number) => joined("GIF89a", little(width, 2), little(height, 2));
/** With an APP1 segment (EXIF) and a table before the frame. */
const jpeg = (width: number, height: number) =>
  joined(
    [0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc2, 0, 17, 8],
    u16(height),
    u16(width),
  );
const webp = (kind: string, size: number[]) => joined("RIFF", u32(0), "WEBP", kind, u32(10), size);

describe("what a file is", () => {
  test("is told by its bytes, never by what it is called", () => {
    expect(sniff(png(1, 1))).toBe("image/png");
    expect(sniff(jpeg(1, 1))).toBe("image/jpeg");
    expect(sniff(gif(1, 1))).toBe("image/gif");
    expect(sniff(webp("VP8X", []))).toBe("image/webp");
    expect(sniff(joined(u32(24), "ftypisom"))).toBe("video/mp4");
    expect(sniff(ascii("%PDF-1.7"))).toBe("application/pdf");
    expect(sniff(ascii("PK\x03\x04"))).toBe("application/zip");
  });

  test("that a browser might run is nothing that is shown: pages, drawings, scripts, and pictures of kinds we do not know", () => {
    for (const text of ["<svg onload=alert(1)>", "<!doctype html><script>", "<?php eval($_GET[0]);", "#!/bin/sh", ""])
      expect(sniff(ascii(text))).toBe("application/octet-stream");
    expect(sniff(joined(u32(24), "ftypheic"))).toBe("application/octet-stream");
  });
});

describe("the size of a picture", () => {
  test("is read from the header of every kind", () => {
    expect(imageSize("image/png", png(640, 480))).toEqual({ width: 640, height: 480 });
    expect(imageSize("image/gif", gif(320, 200))).toEqual({ width: 320, height: 200 });
    expect(imageSize("image/jpeg", jpeg(1920, 1080))).toEqual({ width: 1920, height: 1080 });
    const lossy = webp("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, ...little(550, 2), ...little(368, 2)]);
    expect(imageSize("image/webp", lossy)).toEqual({ width: 550, height: 368 });
    const lossless = webp("VP8L", [0x2f, ...little((99 << 0) | (49 << 14), 4)]);
    expect(imageSize("image/webp", lossless)).toEqual({ width: 100, height: 50 });
    const extended = webp("VP8X", [0, 0, 0, 0, ...little(799, 3), ...little(599, 3)]);
    expect(imageSize("image/webp", extended)).toEqual({ width: 800, height: 600 });
  });

  test("is unknown for a header that ends early or lies, and reading one never fails", () => {
    const headers = [png(9, 9), jpeg(9, 9), gif(9, 9), webp("VP8X", [0, 0, 0, 0, 8, 0, 0, 8, 0, 0])];
    fc.assert(
      fc.property(fc.constantFrom(...headers), fc.nat(40), fc.uint8Array({ maxLength: 40 }), (header, cut, tail) => {
        const bytes = joined([...header.subarray(0, cut)], [...tail]);
        const size = imageSize(sniff(bytes), bytes);
        expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
      }),
    );
  });
});

describe("a picture goes as a photo", () => {
  const asked = (width: number, height: number, bytes = 1000) => mediaFacts("image/png", png(width, height), bytes);

  test("up to Telegram's limits, and as a document beyond them, saying why", () => {
    expect(asked(5000, 5000)).toEqual({ sendAs: "photo", width: 5000, height: 5000 });
    expect(asked(5001, 5000)).toMatchObject({ sendAs: "document", notPhoto: "dimensions" });
    expect(asked(2000, 100)).toMatchObject({ sendAs: "photo" });
    expect(asked(2001, 100)).toMatchObject({ sendAs: "document", notPhoto: "ratio" });
    expect(asked(10, 10, 10 * 1024 * 1024)).toMatchObject({ sendAs: "photo" });
    expect(asked(10, 10, 10 * 1024 * 1024 + 1)).toMatchObject({ sendAs: "document", notPhoto: "size" });
    expect(mediaFacts("image/png", ascii("\x89PNG\r\n\x1a\n"), 8)).toEqual({
      sendAs: "document",
      notPhoto: "unreadable",
    });
  });

  test("a film is a video, a GIF an animation, all else a document", () => {
    expect(mediaFacts("video/mp4", new Uint8Array(), 1)).toEqual({ sendAs: "video" });
    expect(mediaFacts("image/gif", gif(4, 2), 9)).toEqual({ sendAs: "animation", width: 4, height: 2 });
    expect(mediaFacts("application/octet-stream", ascii("<svg>"), 5)).toEqual({ sendAs: "document" });
  });
});

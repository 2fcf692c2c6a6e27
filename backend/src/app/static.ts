/**
 * Built pages, read into memory at start: what is not in the map does not exist, so no path can climb out of it. Hashed assets
 * are immutable, pages are asked for anew each time (web views keep old HTML otherwise).
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";

interface BuiltFile {
  type: string;
  plain: Uint8Array<ArrayBuffer>;
  br: Uint8Array<ArrayBuffer> | null;
  gz: Uint8Array<ArrayBuffer> | null;
}

export interface BuiltSite {
  /** Answers for a file below the site, null when there is none of that name. */
  asset(path: string, request: Request): Response | null;
  /** The page itself, with the headers a page needs. */
  page(request: Request): Response;
  isBuilt: boolean;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

function readSite(folder: string): Map<string, BuiltFile> {
  const files = new Map<string, BuiltFile>();
  const read = (path: string) => new Uint8Array(readFileSync(path));
  const walk = (at: string) => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      const type = types[extname(name)];
      if (!type) continue;
      files.set(relative(folder, path).replaceAll("\\", "/"), {
        type,
        plain: read(path),
        br: existsSync(`${path}.br`) ? read(`${path}.br`) : null,
        gz: existsSync(`${path}.gz`) ? read(`${path}.gz`) : null,
      });
    }
  };
  if (existsSync(folder)) walk(folder);
  return files;
}

/** `frameAncestors`: who may show the page in a frame, in CSP's words. */
export function createBuiltSite(folder: string, options: { frameAncestors: string }): BuiltSite {
  const files = readSite(folder);
  const hashesFile = join(folder, "csp.json");
  const { scriptHashes } = existsSync(hashesFile)
    ? (JSON.parse(readFileSync(hashesFile, "utf8")) as { scriptHashes: string[] })
    : { scriptHashes: [] };
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${scriptHashes.map((hash) => `'${hash}'`).join(" ")}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https://t.me https://*.telegram.org",
    "connect-src 'self'",
    "font-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${options.frameAncestors}`,
  ].join("; ");

  function send(file: BuiltFile, request: Request, headers: Record<string, string>): Response {
    const accepts = request.headers.get("accept-encoding") ?? "";
    const [encoding, body] =
      file.br && /\bbr\b/.test(accepts)
        ? ["br", file.br]
        : file.gz && /\bgzip\b/.test(accepts)
          ? ["gzip", file.gz]
          : [null, file.plain];
    return new Response(body as Uint8Array<ArrayBuffer>, {
      headers: {
        "content-type": file.type,
        "x-content-type-options": "nosniff",
        vary: "accept-encoding",
        ...(encoding ? { "content-encoding": encoding as string } : {}),
        ...headers,
      },
    });
  }

  return {
    isBuilt: files.has("index.html"),
    asset(path, request) {
      const file = files.get(path);
      return file ? send(file, request, { "cache-control": "public, max-age=31536000, immutable" }) : null;
    },
    page(request) {
      const file = files.get("index.html");
      if (!file)
        return new Response("The app is not built. Run: npm run build", {
          status: 503,
          headers: { "content-type": "text/plain; charset=utf-8" },
        });
      return send(file, request, {
        "cache-control": "no-cache",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
      });
    },
  };
}

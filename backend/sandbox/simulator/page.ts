import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the built page. Only files that were there at the first request exist, so no path can climb out. */
export function createPage(folder: string): (pathname: string) => Response {
  let known: Set<string> | undefined;
  return (pathname) => {
    const index = join(folder, "index.html");
    if (!existsSync(index))
      return new Response("The simulator is not built. Run: npm run build", {
        status: 503,
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    known ??= filesBelow(folder);
    const name = decodeSafely(pathname.replace(/^\/simulator\/?/, ""));
    if (name !== "" && known.has(name))
      return new Response(Bun.file(join(folder, name)), {
        headers: { "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff" },
      });
    if (name.startsWith("assets/")) return new Response("Not found", { status: 404 });
    return new Response(Bun.file(index), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
        "referrer-policy": "no-referrer",
      },
    });
  };
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function filesBelow(folder: string): Set<string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Set(names.filter((name) => name !== "index.html"));
}

/** The files that put the product on machines say the same as the product. They are parsed here, not run. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { variables } from "@backend/app/config.ts";
import { read, root } from "./sources.ts";

const yaml = (path: string): unknown => Bun.YAML.parse(read(path));

/** What lies in `tree` under these names and positions. */
function at(tree: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Record<string | number, unknown> | undefined)?.[key], tree);
}
const keysAt = (tree: unknown, ...path: (string | number)[]) => Object.keys(at(tree, ...path) ?? {});

const packageJson = JSON.parse(read("package.json")) as {
  dependencies: Record<string, string>;
  packageManager: string;
};
const main = "backend/src/app/main.ts";
const known = new Set([...Object.keys(variables), "NODE_ENV"]);

describe("deployment", () => {
  test("uses one version of Bun everywhere", () => {
    const bun = packageJson.dependencies.bun ?? "";
    expect(packageJson.packageManager).toBe(`bun@${bun}`);
    const images = [...read("Dockerfile").matchAll(/^FROM oven\/bun:(\S+)/gm)].map(([, tag]) => tag);
    expect(new Set(images)).toEqual(new Set([`${bun}-debian`]));
  });

  test("starts a file that exists", () => {
    expect(existsSync(join(root, main))).toBe(true);
    expect(read("Dockerfile")).toContain(`CMD ["bun", "${main}"]`);
    expect(read("deploy/switchboard.service")).toContain(`node_modules/.bin/bun ${main}`);
  });

  test("copies into the image only folders that exist, and nothing private", () => {
    for (const [, from] of read("Dockerfile").matchAll(/^COPY (?!--from)(?!\.\s)(.+) \S+$/gm))
      for (const path of (from ?? "").split(" ")) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    const ignored = read(".dockerignore").split("\n");
    for (const path of [".git", ".env", ".data", "node_modules"]) expect(ignored).toContain(path);
  });

  test("knows no variable that the configuration does not read", () => {
    const compose = yaml("compose.yaml");
    const named = ["api", "worker", "bot"].flatMap((role) => keysAt(compose, "services", role, "environment"));
    named.push(...keysAt(yaml("deploy/kubernetes.yaml"), "items", 0, "data"));
    named.push(...[...read("Dockerfile").matchAll(/\s([A-Z][A-Z_]+)=/g)].map(([, key]) => key ?? ""));
    for (const [, pairs] of read("deploy/switchboard.service").matchAll(/^Environment=(.*)$/gm))
      named.push(...(pairs ?? "").split(" ").map((pair) => pair.split("=")[0] ?? ""));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });

  test("gives every role a process of its own", () => {
    const compose = yaml("compose.yaml");
    const items = at(yaml("deploy/kubernetes.yaml"), "items") as unknown[];
    for (const role of ["api", "worker", "bot"]) {
      expect(at(compose, "services", role, "environment", "ROLE")).toBe(role);
      const deployment = items.find(
        (item) => at(item, "kind") === "Deployment" && at(item, "metadata", "name") === role,
      );
      const container = at(deployment, "spec", "template", "spec", "containers", 0);
      expect(at(container, "env")).toEqual([{ name: "ROLE", value: role }]);
      expect(at(container, "livenessProbe", "httpGet", "path")).toBe("/health");
    }
  });

  test("runs in CI what a person runs", () => {
    const steps = at(yaml(".github/workflows/ci.yml"), "jobs", "test", "steps") as { run?: string }[];
    expect(steps.map(({ run }) => run).filter(Boolean)).toEqual(["bash .ci/run"]);
    expect(read(".ci/run")).toContain("npm test");
  });

  test("shows every variable, and no other, in .env.example", () => {
    const shown = [...read(".env.example").matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? "");
    expect(shown).toEqual(Object.keys(variables));
    for (const text of Object.values(variables)) expect(read(".env.example")).toContain(text);
  });
});

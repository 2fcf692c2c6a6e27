import { describe, expect, test } from "bun:test";
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readConfig } from "./config.ts";

const DATA_DIR = mkdtempSync(join(tmpdir(), "switchboard-config-"));
const BOT_TOKEN = "123456789:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig({ DATA_DIR, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe("configuration", () => {
  test("nothing set starts the sandbox on loopback, with a key of its own that only we can read", () => {
    const config = readConfig({ DATA_DIR });
    expect(config.sandbox).toBe(true);
    expect(config.host).toBe("127.0.0.1");
    expect([...config.roles].sort()).toEqual(["api", "bot", "worker"]);
    expect(config.secretsKey.length).toBeGreaterThanOrEqual(32);
    expect(readConfig({ DATA_DIR }).secretsKey).toBe(config.secretsKey);
    expect(statSync(join(DATA_DIR, "secrets.key")).mode & 0o777).toBe(0o600);
  });
  test("every problem is named at once, each with its variable", () => {
    const problems = problemsOf({
      PORT: "99999",
      BOT_TOKEN: "oops",
      BOT_MODE: "carrier pigeon",
      ROLE: "api,chef",
      DATABASE_URL: "mysql://x",
      TRUSTED_PROXIES: "10.0.0.1,localhost",
    });
    for (const name of [
      "PORT",
      "BOT_TOKEN",
      "BOT_MODE",
      "ROLE",
      "DATABASE_URL",
      "TRUSTED_PROXIES",
      "ADMIN_TELEGRAM_IDS",
    ])
      expect(problems.some((problem) => problem.includes(name))).toBe(true);
  });
  test("a sandbox, which signs anyone in, refuses to listen on the network", () => {
    expect(problemsOf({ HOST: "0.0.0.0" })).toHaveLength(1);
    expect(problemsOf({ HOST: "0.0.0.0", BOT_TOKEN, ADMIN_TELEGRAM_IDS: "1" })).toHaveLength(0);
  });
  test("a weak or missing key for shared secrets is refused", () => {
    const shared = { BOT_TOKEN, ADMIN_TELEGRAM_IDS: "1", DATABASE_URL: "postgres://u:p@h/d" };
    expect(problemsOf(shared).join()).toContain("SECRETS_KEY");
    expect(problemsOf({ ...shared, SECRETS_KEY: "short" }).join()).toContain("SECRETS_KEY");
    expect(problemsOf({ ...shared, SECRETS_KEY: "x".repeat(40) }).join()).toContain("SECRETS_KEY");
    expect(problemsOf({ ...shared, SECRETS_KEY: "8d6f1c0c27e24b1f9c4a5b7d3e2f1a0b" })).toHaveLength(0);
  });
  test("a webhook needs https, split roles need a database", () => {
    expect(problemsOf({ BOT_TOKEN, ADMIN_TELEGRAM_IDS: "1", BOT_MODE: "webhook" }).join()).toContain("PUBLIC_URL");
    expect(problemsOf({ ROLE: "api" }).join()).toContain("DATABASE_URL");
  });
});

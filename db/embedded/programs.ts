/** Running PostgreSQL's own programs as the right user. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Place } from "./place.ts";
import type { ServerUser } from "./server-user.ts";

export interface Finished {
  code: number;
  output: string;
}

export const run = (
  { binaries, user, access }: Place,
  program: "initdb" | "pg_ctl" | "postgres",
  args: string[],
  input = "",
) => runProgram(join(binaries.root, "bin", program), args, { user, cwd: access.home, input });

export function runProgram(
  path: string,
  args: string[],
  options: { user?: ServerUser | undefined; cwd?: string; input?: string } = {},
): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(path, args, {
      ...options.user,
      ...(options.cwd && { cwd: options.cwd }),
      // Nothing else from our environment: PGPORT or PGDATA set for another server would be obeyed.
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", (error) => done({ code: -1, output: `${output}${error.message}` }));
    child.on("close", (code) => done({ code: code ?? -1, output }));
    child.stdin.end(options.input ?? "");
  });
}

/** The line that tells most, of all that a program printed. */
export function reason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  if (lines.some((line) => line.includes("No space left on device"))) return "no space left on the disk.";
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|error:|could not|cannot|not found/.test(line));
  return (telling.at(-1) ?? lines.filter(Boolean).at(-1) ?? "no reason given").replace(
    /^.*?(FATAL|PANIC|ERROR):\s*/,
    "",
  );
}

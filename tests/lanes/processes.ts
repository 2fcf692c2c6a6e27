/** Processes of a test, to be killed: each gets the database, the Telegram and where to die. */
import type { Rig } from "./rig.ts";

export interface Processes {
  launch(killAt?: string): Bun.Subprocess;
  /** Kills those that are left, and waits until they are gone. */
  end(): Promise<void>;
}

export function processesOf(rig: Pick<Rig, "database" | "telegram">, script: string): Processes {
  const processes: Bun.Subprocess[] = [];
  return {
    launch(killAt = "") {
      const one = Bun.spawn([process.execPath, script, rig.database.url, rig.telegram.apiRoot, killAt], {
        stdout: "ignore",
        stderr: "inherit",
        stdin: "ignore",
      });
      processes.push(one);
      return one;
    },
    async end() {
      for (const one of processes) one.kill("SIGKILL");
      await Promise.all(processes.map((one) => one.exited));
    },
  };
}

/**
 * Named places between "done outside" and "written down", at which tests kill the process to prove that nothing is lost.
 * Inert unless SWITCHBOARD_KILL_AT names the place ("messaging.answered", or "messaging.answered:3" for the third passing).
 */
const [target, count = "1"] = (process.env.SWITCHBOARD_KILL_AT ?? "").split(":");
let left = Number(count);

/** Kills this process as `kill -9` would, if a test asked for it here. */
export function killPoint(name: string): void {
  if (name === target && --left === 0) process.kill(process.pid, "SIGKILL");
}

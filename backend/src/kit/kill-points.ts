/**
 * Named places between "done outside" and "written down", at which tests kill the process to prove that nothing is lost.
 * Inert unless armed.
 */
let target: string | null = null;
let left = 0;

/** `place`, or `place:3` for the third passing. Called by test processes only. */
export function armKillPoint(place: string): void {
  const [name = "", count = "1"] = place.split(":");
  target = name;
  left = Number(count);
}

/** Kills this process as `kill -9` would, if a test asked for it here. */
export function killPoint(name: string): void {
  if (name === target && --left === 0) process.kill(process.pid, "SIGKILL");
}

/** Who may take how many of the places for outside jobs: a server that does not answer leaves some to the others. */
import type { Job, WorkerEvents } from "graphile-worker";

/** Places that jobs of one server may take at once, in one process. */
export const placesOfOne = 6;

export interface Places {
  /** For graphile-worker: servers whose share is taken, and whose jobs are passed over. Taken by turns, until `follow` hears what came of it. */
  taken(): Promise<string[]>;
  /** Counts by what a runner does. */
  follow(events: WorkerEvents): void;
}

/**
 * Jobs carry their server as a flag. They are passed over and not queued: graphile-worker frees a queue beside the next look for a job, which
 * then finds it busy and comes again after seconds. Jobs are looked for one after another, or as many places as are free would each
 * take one of the same server; a look takes milliseconds.
 */
export function createPlaces(atMost = placesOfOne): Places {
  const busy = new Map<string, number>();
  const line: (() => void)[] = [];
  let isLooking = false;

  const looked = () => {
    const next = line.shift();
    if (next) next();
    else isLooking = false;
  };
  const serversOf = ({ flags }: Job) => Object.keys(flags ?? {});
  const count = (job: Job, by: 1 | -1) => {
    for (const server of serversOf(job)) {
      const now = (busy.get(server) ?? 0) + by;
      if (now > 0) busy.set(server, now);
      else busy.delete(server);
    }
  };

  return {
    async taken() {
      if (isLooking) await new Promise<void>((resolve) => line.push(resolve));
      isLooking = true;
      return [...busy].filter(([, places]) => places >= atMost).map(([server]) => server);
    },
    follow(events) {
      events.on("job:start", ({ job }) => {
        count(job, 1);
        looked();
      });
      events.on("worker:getJob:empty", looked);
      events.on("worker:getJob:error", looked);
      events.on("job:complete", ({ job }) => count(job, -1));
    },
  };
}

/** Work that several callers wait for together, and that stops when none of them waits any more. */

interface Running {
  result: Promise<unknown>;
  askers: number;
  stop: AbortController;
}

export interface SharedWork {
  /** Rejects with the signal's reason when the caller's own `signal` aborts; others who ask for the same key go on waiting. */
  <T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Pieces of work begun or waiting for their turn. */
  readonly size: number;
}

/** Whoever asks for a key that is being worked on gets the same answer. At most `atOnce` pieces run; the rest wait in their order. */
export function createSharedWork(atOnce: number): SharedWork {
  const running = new Map<string, Running>();
  const line: (() => void)[] = [];
  let free = atOnce;

  async function inTurn<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      signal.throwIfAborted();
      return await work(signal);
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  }

  function begin<T>(key: string, work: (signal: AbortSignal) => Promise<T>): Running {
    const stop = new AbortController();
    const made: Running = { result: Promise.resolve(), askers: 0, stop };
    made.result = inTurn(stop.signal, work).finally(() => {
      if (running.get(key) === made) running.delete(key);
    });
    // Its askers may all have left: then nobody else takes the failure.
    made.result.catch(() => undefined);
    running.set(key, made);
    return made;
  }

  const ask = async <T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const one = running.get(key) ?? begin(key, work);
    one.askers += 1;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener("abort", leave);
    });
    try {
      return await (Promise.race([one.result, left]) as Promise<T>);
    } finally {
      signal.removeEventListener("abort", leave);
      one.askers -= 1;
      // Work that is over has been forgotten by now.
      if (one.askers === 0 && running.get(key) === one) {
        running.delete(key);
        one.stop.abort();
      }
    }
  };
  return Object.defineProperty(ask, "size", { get: () => atOnce - free + line.length }) as SharedWork;
}

/** Shared work in lanes with so many places each: whatever keeps one of them busy, the others go on. */
export function createLanes(atOnce: number) {
  const lanes = new Map<string, SharedWork>();
  return async <T>(name: string, ...asked: [string, AbortSignal, (signal: AbortSignal) => Promise<T>]): Promise<T> => {
    const lane = lanes.get(name) ?? createSharedWork(atOnce);
    lanes.set(name, lane);
    try {
      return await lane(...asked);
    } finally {
      if (lane.size === 0 && lanes.get(name) === lane) lanes.delete(name);
    }
  };
}

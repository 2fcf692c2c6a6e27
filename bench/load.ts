/**
 * Postbacks from outside, over plain sockets: fetch costs more than the handlers that are measured here. Runs in a process of
 * its own (`loadFromOutside`), so that the server under load shares no event loop with it.
 *
 * Closed loop by default: each connection sends its next call when the last was answered. With `perSecond` calls are due at
 * even times whatever becomes of them, and their latency counts from when they were due.
 */
import { fileURLToPath } from "node:url";
import { percentile } from "./row.ts";

export interface LoadOptions {
  port: number;
  /** Called in turn, call by call. */
  paths: string[];
  connections: number;
  /** Ends after so many seconds (and `warmUpSeconds` before them), or … */
  seconds?: number;
  /** … after so many calls. */
  calls?: number;
  warmUpSeconds?: number;
  perSecond?: number;
  /** What is posted in place of postbacks: the same every time, as whoever signed it sent it. */
  said?: { body: string; headers: Readonly<Record<string, string>> };
  /** GETs, as a browser behind a proxy of its own would, in place of postbacks. */
  asVisitors?: boolean;
}

export interface LoadResult {
  /** Calls answered per second, warm-up left out. */
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
  /** Answers that are neither 2xx nor a redirect, warm-up included. */
  non2xx: number;
  /** Answers 2xx and redirects, warm-up included. */
  accepted: number;
}

/** A deposit as Keitaro reports it; every one has a click of its own. */
const postback = (click: string) =>
  `subid=${click}&tid=${click}&status=deposit&campaign_id=15&campaign_name=Spring%20AU&offer_id=42&landing_id=7` +
  "&conversion_revenue=120.50&currency=usd&country=au&source=fb.com&ts=Facebook&creative_id=9&external_id=fbclid1" +
  "&sub_id_1=buyer-7&sub_id_2=%7Bsub_id_2%7D&sub_id_3=";

const postOf = (path: string, port: number, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const saidTo = (path: string, port: number, { body, headers }: NonNullable<LoadOptions["said"]>) => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join("")}Content-Length: ${body.length}\r\n\r\n${body}`;
};

/** From 65,000 addresses in turn, so that no limit per address is met. */
const visitOf = (path: string, port: number, n: number) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14) Mobile\r\nX-Forwarded-For: 203.0.${(n >> 8) & 255}.${n & 255}\r\n\r\n`;

interface Caller {
  socket: Bun.Socket<Caller> | null;
  startedAt: number;
  answer: string;
  isBusy: boolean;
}

/** Status of a whole answer, or null while some of it is missing. Reads what Bun's server writes: content-length, no chunks. */
function statusOf(answer: string): number | null {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const length = /content-length: (\d+)/i.exec(answer.slice(0, headEnd))?.[1] ?? "0";
  return answer.length >= headEnd + 4 + Number(length) ? Number(answer.slice(9, 12)) : null;
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const { port, paths, connections, calls = Number.POSITIVE_INFINITY, perSecond } = options;
  const run = crypto.randomUUID().slice(0, 8);
  const latencies: number[] = [];
  let sent = 0;
  let non2xx = 0;
  let accepted = 0;
  let firstAt = 0;
  let lastAt = 0;
  const begun = performance.now();
  const countFrom = begun + (options.warmUpSeconds ?? 0) * 1000;
  const end = options.seconds === undefined ? Number.POSITIVE_INFINITY : countFrom + options.seconds * 1000;
  const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<void>();

  const dueAt = (n: number) => (perSecond === undefined ? performance.now() : begun + (n * 1000) / perSecond);
  const isOver = () => sent >= calls || dueAt(sent) >= end;

  function send(caller: Caller, startedAt: number): void {
    const body = postback(`${run}-${sent}`);
    const path = paths[sent % paths.length] ?? "/";
    sent++;
    caller.isBusy = true;
    caller.answer = "";
    caller.startedAt = startedAt;
    const request = options.asVisitors
      ? visitOf(path, port, sent)
      : options.said
        ? saidTo(path, port, options.said)
        : postOf(path, port, body);
    if (caller.socket?.write(request) !== request.length)
      fail(new Error("a request was not taken whole by its socket"));
  }

  function answered(caller: Caller, status: number): void {
    const now = performance.now();
    caller.isBusy = false;
    if (status >= 200 && status < 400) accepted++;
    else non2xx++;
    if (caller.startedAt >= countFrom) {
      latencies.push(now - caller.startedAt);
      firstAt ||= caller.startedAt;
      lastAt = now;
    }
    if (!isOver() && (perSecond === undefined || dueAt(sent) <= now)) send(caller, dueAt(sent));
    else if (isOver() && callers.every(({ isBusy }) => !isBusy)) finish();
  }

  const callers: Caller[] = Array.from({ length: connections }, () => ({
    socket: null,
    startedAt: 0,
    answer: "",
    isBusy: false,
  }));
  for (const caller of callers)
    caller.socket = await Bun.connect<Caller>({
      hostname: "127.0.0.1",
      port,
      data: caller,
      socket: {
        data(socket, bytes) {
          socket.data.answer += bytes.toString("latin1");
          const status = statusOf(socket.data.answer);
          if (status !== null) answered(socket.data, status);
        },
        close(socket) {
          if (socket.data.isBusy) fail(new Error("the server closed a connection before it answered"));
        },
      },
    });
  for (const caller of callers) {
    caller.socket?.setNoDelay(true);
    if (perSecond === undefined && !isOver()) send(caller, performance.now());
  }
  let turn = 0;
  const pacer =
    perSecond === undefined
      ? null
      : setInterval(() => {
          const now = performance.now();
          // In turn: a connection that is never used is closed by the server for idling.
          for (let n = 0; n < callers.length; n++) {
            if (isOver() || dueAt(sent) > now) break;
            const caller = callers[turn++ % callers.length];
            if (caller && !caller.isBusy) send(caller, dueAt(sent));
          }
          if (isOver() && callers.every(({ isBusy }) => !isBusy)) finish();
        }, 1);
  await done;
  if (pacer) clearInterval(pacer);
  for (const { socket } of callers) socket?.end();
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / Math.max(0.001, (lastAt - firstAt) / 1000),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: latencies.at(-1) ?? 0,
    non2xx,
    accepted,
  };
}

/** The same in a process of its own. */
export async function loadFromOutside(options: LoadOptions): Promise<LoadResult> {
  const child = Bun.spawn([process.execPath, "--no-env-file", fileURLToPath(import.meta.url)], {
    // Not an argument: ten thousand paths are longer than one may be.
    stdin: new Blob([JSON.stringify(options)]),
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the load generator failed");
  return JSON.parse(output) as LoadResult;
}

if (import.meta.main) {
  console.log(JSON.stringify(await load((await Bun.stdin.json()) as LoadOptions)));
  process.exit(0);
}

/**
 * Calls to addresses that people gave us: trackers now, others later. What is checked is the address that is connected to: the
 * name is resolved once, every address it has must be a public one, and the connection goes to exactly these (Bun's `fetch`
 * resolves a name itself and cannot be held to that; its `node:https` honours `lookup`, tried on 1.4.5). No redirects, a cap on
 * the answer, time limits, and one error for every address that is refused, so that nobody maps our network with us.
 */
import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { normaliseAddress } from "./address.ts";
import { pause } from "./clock.ts";

export type OutboundProblem =
  /** Not an address that may be called, or a name that nobody knows: told apart for nobody. */
  | "address_refused"
  /** The connection was refused, broken, or its certificate is not for this name. */
  | "unreachable"
  | "certificate"
  | "timed_out"
  | "too_large";

export class OutboundError extends Error {
  override readonly name = "OutboundError";
  constructor(
    readonly problem: OutboundProblem,
    options: { cause?: unknown } = {},
  ) {
    super(sentences[problem], options.cause === undefined ? undefined : { cause: options.cause });
  }
}

/** For logs. None of them repeats the address: it may hold a key. */
const sentences: Readonly<Record<OutboundProblem, string>> = {
  address_refused: "the address may not be called",
  unreachable: "the address could not be reached",
  certificate: "the address has no certificate that is good for its name",
  timed_out: "the address did not answer in time",
  too_large: "the answer was larger than is read",
};

export interface OutboundCall {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** The whole call, answer included. */
  timeoutMs?: number;
  /** Where an answer is known to be large. */
  maxBytes?: number;
  /** Where only the status and the beginning of an answer count: what comes after so many bytes is not waited for, nor its end beyond the time limit. */
  cutAt?: number;
}

export interface OutboundAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** One call, one connection. Throws OutboundError and nothing else. A status of any kind is an answer, redirects too. */
export type Outbound = (call: OutboundCall) => Promise<OutboundAnswer>;

export interface OutboundOptions {
  /** Tests and the sandbox call loopback. Everything else stays as it is. */
  allowPrivate?: boolean;
  /** This installation as the world sees it: it must not be made to call itself. */
  own?: { publicUrl: string; port: number };
  /** All addresses of a name. */
  resolve?: (name: string) => Promise<readonly string[]>;
  /** The least time until a refusal, so that its speed tells nothing. */
  refusalMs?: number;
  connectTimeoutMs?: number;
  maxBytes?: number;
  /** Extra roots to trust; for tests with a certificate of their own. */
  ca?: string;
}

const defaults = { timeoutMs: 20_000, connectTimeoutMs: 10_000, maxBytes: 10 * 1024 * 1024, refusalMs: 400 } as const;
const userAgent = "Switchboard/0.1";

/** Networks that are nobody's public address: loopback, private, link-local with the clouds' metadata, shared, reserved, multicast. */
const closed = new BlockList();
for (const network of [
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24",
  "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
].flatMap((line) => line.split(" "))) {
  const [address = "", bits = ""] = network.split("/");
  closed.addSubnet(address, Number(bits), "ipv4");
}
/** Of IPv6 only global unicast is open, and of that not what wraps an IPv4 address (Teredo, 6to4) or stands in books. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const closed6 = new BlockList();
for (const network of ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]) {
  const [address = "", bits = ""] = network.split("/");
  closed6.addSubnet(address, Number(bits), "ipv6");
}

/** Whether an IP address is one of the public internet. False for anything that is no IP address. */
export function isPublicAddress(address: string): boolean {
  const plain = normaliseAddress(address);
  if (plain === null) return false;
  if (isIP(plain) === 4) return !closed.check(plain, "ipv4");
  return global6.check(plain, "ipv6") && !closed6.check(plain, "ipv6");
}

/** Ports of other services, which a request could be made to talk to: mail, shells, databases, caches, directories, queues. */
const foreignPorts: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 138, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 526, 530,
  531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433, 1434, 1521, 1719, 1720, 1723, 2049,
  2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5433, 5672, 5900, 5984, 6000, 6379, 6380,
  6432, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200, 9300, 10080, 11211, 27017, 27018, 50000,
]);

interface Destination {
  url: URL;
  /** Without brackets and the dot at the end. */
  host: string;
  port: number;
}

/** The destination that an address spells, or null for one that may not be called whatever it resolves to. */
function destinationOf(text: string): Destination | null {
  // A backslash is a slash to some readers and part of a name to others.
  if (/[\\\p{Cc}\s]/u.test(text) || !URL.canParse(text)) return null;
  // The parser makes one spelling of 2130706433, 0x7f.1, full-width digits and the like.
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.username !== "" || url.password !== "") return null;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return host === "" || foreignPorts.has(port) ? null : { url, host, port };
}

const resolveByLibrary = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

function isOurs({ host, port }: Destination, addresses: readonly string[], own: OutboundOptions["own"]): boolean {
  if (!own) return false;
  const home = destinationOf(own.publicUrl);
  if (home && home.host === host && home.port === port) return true;
  if (port !== own.port) return false;
  const mine = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  return addresses.some((address) => mine.includes(address));
}

interface Checked extends Destination {
  addresses: readonly string[];
}

export function createOutbound(options: OutboundOptions = {}): Outbound {
  const resolve = options.resolve ?? resolveByLibrary;
  const refusalMs = options.refusalMs ?? defaults.refusalMs;
  const connectTimeoutMs = options.connectTimeoutMs ?? defaults.connectTimeoutMs;

  async function resolveInTime(name: string): Promise<readonly string[]> {
    const answered = new AbortController();
    try {
      return await Promise.race([resolve(name), pause(connectTimeoutMs, answered.signal).then(() => [])]);
    } finally {
      answered.abort();
    }
  }

  async function check(text: string): Promise<Checked> {
    const startedAt = performance.now();
    const refuse = async (cause?: unknown): Promise<never> => {
      await pause(Math.max(0, refusalMs - (performance.now() - startedAt)));
      throw new OutboundError("address_refused", { cause });
    };
    const destination = destinationOf(text);
    if (!destination) return refuse();
    const { host } = destination;
    const addresses = isIP(host) ? [host] : await resolveInTime(host).catch(refuse);
    const isOpen = (address: string) => (options.allowPrivate ? isIP(address) > 0 : isPublicAddress(address));
    if (addresses.length === 0 || !addresses.every(isOpen)) return refuse();
    if (!options.allowPrivate && isOurs(destination, addresses, options.own)) return refuse();
    return { ...destination, addresses };
  }

  return async (call) => {
    const destination = await check(call.url);
    // Headers that no request can carry are thrown at once, not told as an event.
    return send(call, destination, {
      timeoutMs: call.timeoutMs ?? defaults.timeoutMs,
      connectTimeoutMs,
      maxBytes: call.maxBytes ?? options.maxBytes ?? defaults.maxBytes,
      ca: options.ca,
    }).catch((error: unknown) => {
      throw error instanceof OutboundError ? error : new OutboundError("unreachable", { cause: error });
    });
  };
}

interface Limits {
  timeoutMs: number;
  connectTimeoutMs: number;
  maxBytes: number;
  ca: string | undefined;
}

const answerOf = ({ statusCode, headers }: IncomingMessage, body: Uint8Array): OutboundAnswer => ({
  status: statusCode ?? 0,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? "")])),
  body,
});

function send(call: OutboundCall, { url, host, port, addresses }: Checked, limits: Limits): Promise<OutboundAnswer> {
  const isSecure = url.protocol === "https:";
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return new Promise((resolve, reject) => {
    const timers: ReturnType<typeof setTimeout>[] = [];
    let isOver = false;
    const end = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      settle();
    };
    const fail = (problem: OutboundProblem, cause?: unknown) =>
      end(() => {
        request.destroy();
        reject(new OutboundError(problem, { cause }));
      });
    const request = (isSecure ? requestSecure : requestPlain)({
      method: call.method,
      host,
      port,
      path: `${url.pathname}${url.search}`,
      headers: {
        "user-agent": userAgent,
        accept: "application/json",
        // What a sender packs is never unpacked here: a small answer could be made a large one.
        "accept-encoding": "identity",
        ...call.headers,
        host: url.host,
        connection: "close",
        ...(call.body === undefined ? {} : { "content-length": String(Buffer.byteLength(call.body)) }),
      },
      // A connection of its own: one that was kept might lead to where the name led before.
      agent: false,
      // Never asked for an address that is written out, which was checked as it stands.
      lookup: (_name, wanted, found) => {
        const [first] = known;
        if (wanted.all) found(null, known);
        else found(null, first?.address ?? "", first?.family ?? 4);
      },
      ...(isSecure && limits.ca !== undefined ? { ca: limits.ca } : {}),
    });
    /** What has come of an answer by now, where no more than its beginning is asked for. */
    let answered: (() => OutboundAnswer) | null = null;
    const settleEarly = (answer: () => OutboundAnswer) => {
      end(() => resolve(answer()));
      request.destroy();
    };
    timers.push(setTimeout(() => (answered ? settleEarly(answered) : fail("timed_out")), limits.timeoutMs));
    const connecting = setTimeout(() => fail("timed_out"), limits.connectTimeoutMs);
    timers.push(connecting);
    request.on("socket", (socket) => socket.once("connect", () => clearTimeout(connecting)));
    request.on("error", (error) => fail(isCertificateProblem(error) ? "certificate" : "unreachable", error));
    request.on("response", (response) => {
      clearTimeout(connecting);
      const chunks: Uint8Array[] = [];
      let size = 0;
      const { cutAt } = call;
      if (cutAt !== undefined) answered = () => answerOf(response, Buffer.concat(chunks).subarray(0, cutAt));
      response.on("data", (chunk: Uint8Array) => {
        size += chunk.length;
        if (cutAt === undefined && size > limits.maxBytes) return fail("too_large");
        chunks.push(chunk);
        if (answered && cutAt !== undefined && size >= cutAt) settleEarly(answered);
      });
      response.on("error", (error) => fail("unreachable", error));
      response.on("aborted", () => fail("unreachable"));
      response.on("end", () => {
        if (response.complete === false) return fail("unreachable");
        end(() => resolve(answerOf(response, Buffer.concat(chunks))));
      });
    });
    request.end(call.body);
  });
}

const certificateCodes =
  /^(ERR_TLS_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH|INVALID_CA)/;
const isCertificateProblem = (error: unknown): boolean =>
  certificateCodes.test(String((error as { code?: unknown } | null)?.code ?? ""));

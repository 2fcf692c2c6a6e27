import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createRawServer } from "node:net";
import { createOutbound, isPublicAddress, OutboundError, type OutboundProblem } from "./outbound.ts";

/** What reached this machine. */
const reached: { url: string; host: string; headers: Record<string, unknown>; body: string }[] = [];
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      reached.push({ url: request.url ?? "", host: request.headers.host ?? "", headers: request.headers, body });
      if (request.url === "/redirect") {
        response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end("moved");
      } else if (request.url === "/hang") {
        response.writeHead(200);
        response.write("{");
      } else if (request.url === "/silent") {
        // Nothing, ever.
      } else if (request.url === "/endless") {
        response.writeHead(200);
        const more = () => {
          if (!response.destroyed && response.write("x".repeat(64 * 1024))) setImmediate(more);
          else response.once("drain", more);
        };
        more();
      } else if (request.url === "/cut") {
        response.writeHead(200, { "content-length": "1000" });
        response.write("half");
        setTimeout(() => response.destroy(), 20);
      } else response.writeHead(200, { "content-type": "application/json", "x-seen": "yes" }).end('{"ok":true}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function problemOf(call: Promise<unknown>): Promise<OutboundProblem | "answered"> {
  try {
    await call;
    return "answered";
  } catch (error) {
    if (error instanceof OutboundError) return error.problem;
    throw error;
  }
}

describe("an address", () => {
  test("is public only when it is nobody's inner network, in whatever spelling", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2606:4700:4700::1111", "172.15.0.1", "172.32.0.1"])
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    const inner =
      "127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 " +
      "192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 " +
      "::1 :: fd00::1 fc00::1 fe80::1 fe80::1%eth0 ff02::1 ::ffff:127.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 " +
      "2002:7f00:1:: 2001:0:0:1::1 3fff::1 ::127.0.0.1 100::1";
    for (const address of [...inner.split(" "), "", "localhost", "0177.0.0.1"])
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });
});

describe("what leads to ourselves is refused before anything is sent", () => {
  const guard = createOutbound({
    refusalMs: 0,
    resolve: async (name) => (name.endsWith(".example") ? ["127.0.0.1"] : Promise.reject(new Error("ENOTFOUND"))),
  });
  test("in every spelling, with the same words", async () => {
    const before = reached.length;
    const spellings = [
      `http://127.0.0.1:${port}/`,
      `http://2130706433:${port}/`,
      `http://0177.0.0.1:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://127.1:${port}/`,
      `http://127.0.0.1.:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://[::ffff:7f00:1]:${port}/`,
      `http://[64:ff9b::7f00:1]:${port}/`,
      `http://１２７.０.０.１:${port}/`,
      `http://localhost:${port}/`,
      `http://localhost.:${port}/`,
      `http://tracker.example:${port}/`,
      `http://user@8.8.8.8:${port}/`,
      `http://8.8.8.8:80@127.0.0.1:${port}/`,
      `http:\\\\127.0.0.1:${port}\\`,
      `http://127.0.0.1:${port}\\@8.8.8.8/`,
      "http://169.254.169.254/latest/meta-data/",
      "http://0.0.0.0/",
      "http://nobody.knows.this/",
      "file:///etc/passwd",
      "gopher://8.8.8.8/",
      "javascript:alert(1)",
      "//8.8.8.8/",
      "",
    ];
    const texts = new Set<string>();
    for (const url of spellings) {
      try {
        await guard({ method: "GET", url });
        texts.add(`answered: ${url}`);
      } catch (error) {
        texts.add((error as Error).message);
        expect([url, (error as OutboundError).problem]).toEqual([url, "address_refused"]);
      }
    }
    expect([...texts]).toEqual(["the address may not be called"]);
    expect(reached.length).toBe(before);
  });

  test("a name with one good address and one of ours is refused whole", async () => {
    const mixed = createOutbound({ refusalMs: 0, resolve: async () => ["8.8.8.8", "10.0.0.7"] });
    expect(await problemOf(mixed({ method: "GET", url: "http://mixed.example/" }))).toBe("address_refused");
  });

  test("ports of other services are refused, even where private addresses are allowed", async () => {
    const open = createOutbound({ refusalMs: 0, allowPrivate: true });
    for (const foreign of [22, 25, 3306, 5432, 6379, 11211, 27017])
      expect(await problemOf(open({ method: "GET", url: `http://127.0.0.1:${foreign}/` }))).toBe("address_refused");
  });

  test("our own public name and port are refused, however they are spelled", async () => {
    const guarded = createOutbound({
      refusalMs: 0,
      own: { publicUrl: "https://switchboard.example/", port: 3000 },
      resolve: async () => ["8.8.8.8"],
    });
    expect(await problemOf(guarded({ method: "GET", url: "https://switchboard.example/api" }))).toBe("address_refused");
    expect(await problemOf(guarded({ method: "GET", url: "https://SWITCHBOARD.example.:443/" }))).toBe(
      "address_refused",
    );
  });
});

describe("the checked address is the one that is connected to", () => {
  test("a name is resolved once, and the call carries the name", async () => {
    let asked = 0;
    const call = createOutbound({
      allowPrivate: true,
      resolve: async () => (asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]),
    });
    const answer = await call({
      method: "POST",
      url: `http://tracker.example:${port}/log?x=1`,
      headers: { "api-key": "k" },
      body: "тіло",
    });
    expect(asked).toBe(1);
    expect(answer.status).toBe(200);
    expect(answer.headers["x-seen"]).toBe("yes");
    expect(new TextDecoder().decode(answer.body)).toBe('{"ok":true}');
    const seen = reached.at(-1);
    expect(seen).toMatchObject({ url: "/log?x=1", host: `tracker.example:${port}`, body: "тіло" });
    expect(seen?.headers["api-key"]).toBe("k");
    expect(String(seen?.headers["user-agent"])).toStartWith("Switchboard/");
  });

  test("over TLS the certificate must be for the name that was asked for", async () => {
    const files = tlsFiles();
    const secure = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: files,
      fetch: (request) => Response.json({ host: request.headers.get("host") }),
    });
    const resolve = async () => ["127.0.0.1"];
    const trusting = createOutbound({ allowPrivate: true, resolve, ca: files.cert });
    const answer = await trusting({ method: "GET", url: `https://tracker.example:${secure.port}/` });
    expect(JSON.parse(new TextDecoder().decode(answer.body))).toEqual({ host: `tracker.example:${secure.port}` });
    expect(await problemOf(trusting({ method: "GET", url: `https://other.example:${secure.port}/` }))).toBe(
      "certificate",
    );
    const strict = createOutbound({ allowPrivate: true, resolve });
    expect(await problemOf(strict({ method: "GET", url: `https://tracker.example:${secure.port}/` }))).toBe(
      "certificate",
    );
    await secure.stop(true);
  });
});

describe("an answer", () => {
  const call = createOutbound({ allowPrivate: true, maxBytes: 256 * 1024 });
  const at = (path: string, timeoutMs?: number) =>
    call({ method: "GET", url: `http://127.0.0.1:${port}${path}`, timeoutMs });

  test("that redirects is given back as it is, and nobody follows it", async () => {
    expect((await at("/redirect")).status).toBe(302);
  });
  test("that never comes, or never ends, is given up in time", async () => {
    expect(await problemOf(at("/silent", 80))).toBe("timed_out");
    expect(await problemOf(at("/hang", 80))).toBe("timed_out");
  });
  test("that is too large is not read to its end", async () => {
    expect(await problemOf(at("/endless"))).toBe("too_large");
  });
  test("of which only the beginning counts is cut there, and its end not waited for", async () => {
    const { status, body } = await call({ method: "GET", url: `http://127.0.0.1:${port}/endless`, cutAt: 1000 });
    expect([status, new TextDecoder().decode(body)]).toEqual([200, "x".repeat(1000)]);
  });
  test("of which only the beginning counts is what came of it in time, though it never ends; that nothing came of is none", async () => {
    const ask = (path: string) =>
      call({ method: "GET", url: `http://127.0.0.1:${port}${path}`, cutAt: 1000, timeoutMs: 2_000 });
    const [hung, silent] = await Promise.all([ask("/hang"), problemOf(ask("/silent"))]);
    expect([hung.status, new TextDecoder().decode(hung.body), silent]).toEqual([200, "{", "timed_out"]);
  });
  test("that breaks off is no answer", async () => {
    expect(await problemOf(at("/cut"))).toBe("unreachable");
  });
  test("cannot come for a header that no request carries", async () => {
    const url = `http://127.0.0.1:${port}/`;
    expect(await problemOf(call({ method: "GET", url, headers: { "api-key": "a\r\nb" } }))).toBe("unreachable");
  });
  test("of nobody is said as such", async () => {
    const closing = createRawServer();
    await new Promise<void>((ready) => closing.listen(0, "127.0.0.1", ready));
    const { port: free } = closing.address() as AddressInfo;
    await new Promise<void>((done) => closing.close(() => done()));
    expect(await problemOf(call({ method: "GET", url: `http://127.0.0.1:${free}/` }))).toBe("unreachable");
  });
});

/** A certificate for tracker.example that nobody has signed, good for a hundred years, and its key; DER in base64. */
const certificate =
  "MIIBpzCCAU2gAwIBAgIUQH4pLVndf/u80pkPfrsXnUxMUBwwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPdHJhY2tlci5leGFtcGxl" +
  "MCAXDTI2MTEyNTIyNDQ0MloYDzIxMjYxMTAxMjI0NDQyWjAaMRgwFgYDVQQDDA90cmFja2VyLmV4YW1wbGUwWTATBgcqhkjOPQIB" +
  "BggqhkjOPQMBBwNCAAQCf+2atwLJoJfM+Ca6H28TSTz6Cqd1+FvYPTXNxR3oQSiomoDnsD/YBHKkv2Csa7lgL512Tr/pWNe5hgos" +
  "NP2Oo28wbTAdBgNVHQ4EFgQUXczFlAYw/nJKBIb+eRPuUpFO5sswHwYDVR0jBBgwFoAUXczFlAYw/nJKBIb+eRPuUpFO5sswDwYD" +
  "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgg90cmFja2VyLmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAwRQIhAMaE8sWeMImbu/G4UGn6" +
  "3q5QpgivyauDyYSbmB1V44yFAiBUx/QzcgJxoxHd2wa3ntWhfddsY5jU/naj6T0+eIWiMw==";
const certificateKey =
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP2Pb99e5eScdz02EOsnhGgMAs7mQbGv0kKlosOXVCp+hRANCAAQC" +
  "f+2atwLJoJfM+Ca6H28TSTz6Cqd1+FvYPTXNxR3oQSiomoDnsD/YBHKkv2Csa7lgL512Tr/pWNe5hgosNP2O";
const pem = (what: string, der: string) =>
  `-----BEGIN ${what}-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END ${what}-----\n`;
const tlsFiles = () => ({ cert: pem("CERTIFICATE", certificate), key: pem("PRIVATE KEY", certificateKey) });

import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { checkInitData, initDataKey, maxInitDataLength, signInitData } from "./init-data.ts";
import { readTelegramUser } from "./telegram-user.ts";

/** Published vectors: init-data-golang `validate_test.go`, and init-data-node `node.test.ts`. */
const vectorA = {
  token: "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8",
  raw: "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2",
  at: 1662771648,
};
const vectorB = {
  token: "7342037359:AAFZehRPBRs8Seg40oDjTMIW8uTGPuW1zfQ",
  raw: "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6",
  at: 1733584787,
};

const day = 86_400;
const check = (raw: string, token: string, nowSec: number, maxAgeSec = day) =>
  checkInitData(raw, initDataKey(token), { nowSec, maxAgeSec });
const problemOf = (result: ReturnType<typeof checkInitData>) => (result.ok ? null : result.problem);

describe("published vectors", () => {
  test("the key is HMAC of the token under WebAppData, as raw bytes", () => {
    expect(initDataKey(vectorA.token).toString("hex")).toBe(
      "a5c609aa52f63cb5e6d8ceb6e4138726ea82bbc36bb786d64482d445ea38ee5f",
    );
  });

  test.each([vectorA, vectorB])("is accepted with its own token", ({ raw, token, at }) => {
    const result = check(raw, token, at);
    expect(result.ok && readTelegramUser(result.fields.get("user"))).toMatchObject({
      telegramId: 279058397,
      username: "vdkfrost",
      lastName: "Kibenko",
      languageCode: "ru",
    });
  });

  test("is refused with the token of another bot", () => {
    expect(problemOf(check(vectorA.raw, vectorB.token, vectorA.at))).toBe("bad_hash");
    expect(problemOf(check(vectorB.raw, vectorA.token, vectorB.at))).toBe("bad_hash");
  });
});

describe("what is signed", () => {
  test("every single changed byte of a value breaks it", () => {
    const user = vectorA.raw.indexOf("279058397");
    for (let i = user; i < user + 9; i++) {
      const forged = `${vectorA.raw.slice(0, i)}${vectorA.raw[i] === "1" ? "2" : "1"}${vectorA.raw.slice(i + 1)}`;
      expect(problemOf(check(forged, vectorA.token, vectorA.at))).toBe("bad_hash");
    }
  });

  test("the order of fields does not matter", () => {
    const reordered = vectorB.raw.split("&").reverse().join("&");
    expect(check(reordered, vectorB.token, vectorB.at).ok).toBe(true);
  });

  test("signature belongs to the check string: taken out, emptied or added, the hash no longer holds", () => {
    const without = vectorB.raw.replace(/&signature=[^&]+/, "");
    const emptied = vectorB.raw.replace(/&signature=[^&]+/, "&signature=");
    expect(problemOf(check(without, vectorB.token, vectorB.at))).toBe("bad_hash");
    expect(problemOf(check(emptied, vectorB.token, vectorB.at))).toBe("bad_hash");
    expect(problemOf(check(`${vectorA.raw}&signature=abc`, vectorA.token, vectorA.at))).toBe("bad_hash");
  });

  test("data hashed by the rule for third parties, without its signature field, is not own-bot data", () => {
    const fields = { user: '{"id":1,"first_name":"A"}', auth_date: "1733584787" };
    const foreign = signInitData(fields, initDataKey(vectorB.token));
    expect(problemOf(check(`${foreign}&signature=AAAA`, vectorB.token, vectorB.at))).toBe("bad_hash");
  });

  test.each(["is_admin=true", "start_param=x", "__proto__=1", "=empty", "user%00=1"])(
    "an appended %s breaks it",
    (extra) => {
      expect(problemOf(check(`${vectorA.raw}&${extra}`, vectorA.token, vectorA.at))).toBe("bad_hash");
    },
  );

  test("the Login Widget's scheme (SHA-256 of the token as key) is another scheme", () => {
    const fields = { auth_date: "1662771648", user: '{"id":1,"first_name":"A"}' };
    const raw = signInitData(fields, createHmac("sha256", "").update(vectorA.token).digest());
    expect(problemOf(check(raw, vectorA.token, vectorA.at))).toBe("bad_hash");
  });

  test.each(["Имя Прізвище ʼ", "🧑‍🚀 e\u0301", "a+b & c=d %41 \\/", '"><img onerror=alert(1)>'])(
    "unicode and odd text survive: %s",
    (name) => {
      const key = initDataKey(vectorA.token);
      const raw = signInitData({ user: JSON.stringify({ id: 7, first_name: name }), auth_date: "1000" }, key);
      const result = checkInitData(raw, key, { nowSec: 1000, maxAgeSec: day });
      expect(result.ok && readTelegramUser(result.fields.get("user"))?.firstName).toBe(name);
    },
  );
});

describe("shape", () => {
  const good = vectorA.raw;
  const hash = /hash=([0-9a-f]{64})/.exec(good)?.[1] ?? "";
  test.each([
    ["nothing", ""],
    ["no hash", good.replace(/&hash=.*/, "")],
    ["an empty hash", good.replace(hash, "")],
    ["63 digits", good.replace(hash, hash.slice(1))],
    ["65 digits", good.replace(hash, `${hash}0`)],
    ["upper case", good.replace(hash, hash.toUpperCase())],
    ["no hex", good.replace(hash, "z".repeat(64))],
    ["a second hash", `${good}&hash=${"0".repeat(64)}`],
    ["the same hash twice", `${good}&hash=${hash}`],
    ["a second user", `${good}&user=%7B%22id%22%3A1%7D`],
    ["no auth_date", good.replace("auth_date=1662771648&", "")],
    ["a negative auth_date", good.replace("1662771648", "-1")],
    ["a worded auth_date", good.replace("1662771648", "yesterday")],
    ["an auth_date of 1e18", good.replace("1662771648", "1e18")],
    ["an auth_date of many digits", good.replace("1662771648", "1000000000000000000")],
    ["a fractional auth_date", good.replace("1662771648", "1662771648.5")],
    ["more than the cap", `${good}&pad=${"x".repeat(maxInitDataLength)}`],
  ])("%s is malformed, not an exception", (_, raw) => {
    expect(problemOf(check(raw, vectorA.token, vectorA.at))).toBe("malformed");
  });

  test("broken percent-encoding and lone surrogates are refused, not thrown", () => {
    expect(problemOf(check(`${good}&x=%E0%A4%A`, vectorA.token, vectorA.at))).toBe("bad_hash");
    expect(problemOf(check(`${good}&x=\ud800`, vectorA.token, vectorA.at))).toBe("bad_hash");
  });
});

describe("age", () => {
  test.each([
    ["as old as allowed", day, null],
    ["a second older", day + 1, "expired"],
    ["a month old", 30 * day, "expired"],
    ["a minute ahead", -60, null],
    ["more than a minute ahead", -61, "from_future"],
    ["an hour ahead", -3600, "from_future"],
  ] as const)("%s", (_, ageSec, problem) => {
    expect(problemOf(check(vectorA.raw, vectorA.token, vectorA.at + ageSec))).toBe(problem);
  });

  test("a wrong hash is a wrong hash however old it is", () => {
    const forged = vectorA.raw.replace("279058397", "279058398");
    expect(problemOf(check(forged, vectorA.token, vectorA.at + 365 * day))).toBe("bad_hash");
  });
});

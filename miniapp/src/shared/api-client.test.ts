import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";

let page: TestPage;
let unwrap: typeof import("./api-client.ts").unwrap;
let ApiError: typeof import("./api-client.ts").ApiError;
beforeAll(async () => {
  page = openPage("http://localhost/app/bot-1/");
  ({ unwrap, ApiError } = await import("./api-client.ts"));
});
afterAll(() => page.close());

const answer = (status: number, value: unknown) =>
  Promise.resolve({ data: null, error: { status, value }, status, headers: {}, response: new Response() });

const refusalOf = async (call: Promise<{ data: unknown; error: unknown; status: number }>) => {
  try {
    await unwrap(call);
  } catch (error) {
    return error as InstanceType<typeof ApiError>;
  }
  throw new Error("it was no refusal");
};

describe("an answer of the server", () => {
  test("gives its data", async () => {
    expect(await unwrap(Promise.resolve({ data: { id: "1" }, error: null, status: 200 }))).toEqual({ id: "1" });
  });

  test("that refuses keeps its code, words and number", async () => {
    const body = { error: { code: "conversions.name_taken", message: "Taken.", params: { a: 1 }, requestId: "r-1" } };
    const error = await refusalOf(answer(409, body));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "conversions.name_taken", status: 409, requestId: "r-1", message: "Taken." });
  });

  test("that never came is being offline, whether Eden threw or told", async () => {
    expect((await refusalOf(answer(503, new TypeError("Failed to fetch")))).code).toBe("common.offline");
    expect((await refusalOf(Promise.reject(new TypeError("Failed to fetch")))).code).toBe("common.offline");
  });

  test("that a proxy made up is a fault of ours, without its words", async () => {
    const error = await refusalOf(answer(502, "<html>Bad gateway</html>"));
    expect(error.code).toBe("common.internal");
    expect(error.message).not.toContain("html");
  });
});

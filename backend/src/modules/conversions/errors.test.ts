import { expect, test } from "bun:test";
import { locales, translator } from "@backend/i18n/index.ts";
import type { AppError } from "@backend/kit/errors.ts";
import * as errors from "./errors.ts";

test.each(Object.entries(errors))("%s has a complete sentence in three languages", (_, make) => {
  const error = (make as (argument: unknown) => AppError)("x");
  for (const locale of locales) {
    const sentence = translator(locale).find(error.code, error.params);
    expect(sentence).toBeString();
    expect(sentence).not.toMatch(/[{}]/);
  }
});

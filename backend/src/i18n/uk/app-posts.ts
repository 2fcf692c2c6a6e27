import type { appPosts as en } from "../en/app-posts.ts";
import type { SameShape } from "../translator.ts";

export const appPosts = {
  "app.posts.title": "Пости",
} as const satisfies SameShape<typeof en>;

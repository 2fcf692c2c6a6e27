export { appPosts as words } from "@backend/i18n/uk/app-posts.ts";

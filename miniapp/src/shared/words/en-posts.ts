export { appPosts as words } from "@backend/i18n/en/app-posts.ts";

export { appPosts as words } from "@backend/i18n/ru/app-posts.ts";

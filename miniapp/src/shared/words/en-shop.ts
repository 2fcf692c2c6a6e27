export { appShop as words } from "@backend/i18n/en/app-shop.ts";

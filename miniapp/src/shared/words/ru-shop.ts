export { appShop as words } from "@backend/i18n/ru/app-shop.ts";

export { appShop as words } from "@backend/i18n/uk/app-shop.ts";

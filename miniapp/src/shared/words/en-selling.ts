export { appSelling as words } from "@backend/i18n/en/app-selling.ts";

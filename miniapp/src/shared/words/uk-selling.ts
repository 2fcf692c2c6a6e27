export { appSelling as words } from "@backend/i18n/uk/app-selling.ts";

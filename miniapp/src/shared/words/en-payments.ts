export { appPayments as words } from "@backend/i18n/en/app-payments.ts";

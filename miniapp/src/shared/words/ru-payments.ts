export { appPayments as words } from "@backend/i18n/ru/app-payments.ts";

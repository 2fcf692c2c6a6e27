export { appPayments as words } from "@backend/i18n/uk/app-payments.ts";

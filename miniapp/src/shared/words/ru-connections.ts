export { appConnections as words } from "@backend/i18n/ru/app-connections.ts";

export { appConnections as words } from "@backend/i18n/en/app-connections.ts";

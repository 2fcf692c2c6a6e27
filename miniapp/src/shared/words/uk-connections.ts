export { appConnections as words } from "@backend/i18n/uk/app-connections.ts";

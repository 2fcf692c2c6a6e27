/** Wiring: the container takes it from here. Identity has no jobs of its own. */
import { identityRoutes } from "./routes.ts";

export const identityModule = { routes: identityRoutes, handlers: [] };

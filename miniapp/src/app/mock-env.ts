/** A Telegram to develop in, when there is none. Never in a production build: `main.tsx` imports it in development only. */
import { emitEvent, isTMA, mockTelegramEnv } from "@telegram-apps/sdk-react";

export const lightTheme = {
  bg_color: "#ffffff",
  text_color: "#000000",
  button_color: "#2481cc",
  button_text_color: "#ffffff",
  secondary_bg_color: "#efeff4",
  section_bg_color: "#ffffff",
  accent_text_color: "#1272b6",
  subtitle_text_color: "#8e8e93",
  section_header_text_color: "#6d6d72",
  section_separator_color: "#c8c7cc",
  destructive_text_color: "#d1241c",
} as const;

const noInset = { left: 0, top: 0, right: 0, bottom: 0 };

/** Answers as a client would, at once. `signedInitData` comes from the server, which holds the token. */
export function mockTelegram(
  signedInitData: string,
  { platform = "ios", onCall }: { platform?: string; onCall?(name: string, data: unknown): void } = {},
): void {
  mockTelegramEnv({
    resetPostMessage: true,
    launchParams: {
      tgWebAppThemeParams: lightTheme,
      tgWebAppVersion: "8.4",
      tgWebAppPlatform: platform,
      tgWebAppData: signedInitData,
    },
    onEvent(event) {
      onCall?.(event[0], event[1]);
      if (event[0] === "web_app_request_theme") return emitEvent("theme_changed", { theme_params: lightTheme });
      if (event[0] === "web_app_request_viewport")
        return emitEvent("viewport_changed", {
          height: window.innerHeight,
          width: window.innerWidth,
          is_expanded: true,
          is_state_stable: true,
        });
      if (event[0] === "web_app_request_safe_area") return emitEvent("safe_area_changed", noInset);
      if (event[0] === "web_app_request_content_safe_area") return emitEvent("content_safe_area_changed", noInset);
      if (event[0] === "web_app_open_popup") return emitEvent("popup_closed", { button_id: "confirm" });
      if (event[0] === "web_app_open_invoice")
        return emitEvent("invoice_closed", { slug: (event[1] as { slug: string }).slug, status: "paid" });
    },
  });
}

/** Uses the launch data in `VITE_INIT_DATA`, which the sandbox prints, unless a real client is around. */
export async function pretendTelegram(): Promise<void> {
  const signed: unknown = import.meta.env.VITE_INIT_DATA;
  if (typeof signed === "string" && !(await isTMA("complete"))) mockTelegram(signed);
}

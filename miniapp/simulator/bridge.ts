/**
 * Telegram's side of the Mini App bridge, as Telegram Web speaks it: JSON strings `{ eventType, eventData }` by postMessage
 * between the frame and this page. What the app asks for becomes state that the phone draws; answers go back by `emit`.
 */
import type { Palette } from "./themes.ts";
import { THEMES } from "./themes.ts";

export interface NativeButton {
  is_visible: boolean;
  is_active: boolean;
  text: string;
  color?: string;
  text_color?: string;
  is_progress_visible?: boolean;
  has_shine_effect?: boolean;
  position?: "left" | "right" | "top" | "bottom";
}

export interface PopupRequest {
  title: string;
  message: string;
  buttons: { id: string; type: string; text?: string }[];
}

export interface LogLine {
  id: number;
  event: string;
  detail: string;
}

/** What the app has set up so far. */
export interface AppChrome {
  isReady: boolean;
  hasBack: boolean;
  hasSettings: boolean;
  isClosingGuarded: boolean;
  isFullscreen: boolean;
  main: NativeButton;
  secondary: NativeButton;
  headerColor: string | null;
  backgroundColor: string | null;
  bottomColor: string | null;
  lastHaptic: string;
  log: LogLine[];
}

const hidden: NativeButton = { is_visible: false, is_active: true, text: "" };

export const freshChrome = (): AppChrome => ({
  isReady: false,
  hasBack: false,
  hasSettings: false,
  isClosingGuarded: false,
  isFullscreen: false,
  main: hidden,
  secondary: { ...hidden, position: "left" },
  headerColor: null,
  backgroundColor: null,
  bottomColor: null,
  lastHaptic: "",
  log: [],
});

/** What the bridge needs from the page around it. */
export interface BridgeHost {
  palette: () => Palette;
  viewport: () => { width: number; height: number };
  emit: (eventType: string, eventData?: unknown) => void;
  change: (update: (chrome: AppChrome) => AppChrome) => void;
  openPopup: (popup: PopupRequest) => Promise<string | null>;
  openInvoice: (slug: string) => Promise<string>;
  askWriteAccess: () => Promise<boolean>;
  openLink: (url: string) => void;
  openTelegramLink: (path: string) => void;
  close: () => void;
  storage: CloudStorage;
}

type Data = Record<string, unknown>;
type Handler = (data: Data, host: BridgeHost) => void | Promise<void>;

const NO_INSETS = { top: 0, right: 0, bottom: 0, left: 0 };
const LOG_LENGTH = 40;

/** A wish for a colour: #rrggbb or a theme key. */
function colourWish(data: Data): string | null {
  const raw = data.color ?? data.color_key;
  return typeof raw === "string" ? raw : null;
}

/** The colour behind a wish; a theme key follows the palette, also when that changes later. */
export function resolveColour(wish: string | null, palette: Palette, fallback: string): string {
  const theme = THEMES[palette];
  if (wish?.startsWith("#")) return wish;
  return theme[wish ?? fallback] ?? theme[fallback] ?? "";
}

const sendViewport: Handler = (_, host) =>
  host.emit("viewport_changed", { ...host.viewport(), is_expanded: true, is_state_stable: true });

const refuse =
  (eventType: string, eventData: Data): Handler =>
  (data, host) =>
    host.emit(eventType, { ...(data.req_id === undefined ? {} : { req_id: data.req_id }), ...eventData });

const HANDLERS: Record<string, Handler> = {
  iframe_ready: () => {},
  iframe_will_reload: () => {},
  web_app_ready: (_, host) => host.change((chrome) => ({ ...chrome, isReady: true })),
  web_app_expand: sendViewport,
  web_app_request_viewport: sendViewport,
  web_app_request_theme: (_, host) => host.emit("theme_changed", { theme_params: THEMES[host.palette()] }),
  web_app_request_safe_area: (_, host) => host.emit("safe_area_changed", NO_INSETS),
  web_app_request_content_safe_area: (_, host) => host.emit("content_safe_area_changed", NO_INSETS),
  web_app_setup_main_button: (data, host) =>
    host.change((chrome) => ({ ...chrome, main: { ...chrome.main, ...data } as NativeButton })),
  web_app_setup_secondary_button: (data, host) =>
    host.change((chrome) => ({ ...chrome, secondary: { ...chrome.secondary, ...data } as NativeButton })),
  web_app_setup_back_button: (data, host) =>
    host.change((chrome) => ({ ...chrome, hasBack: data.is_visible === true })),
  web_app_setup_settings_button: (data, host) =>
    host.change((chrome) => ({ ...chrome, hasSettings: data.is_visible === true })),
  web_app_setup_closing_behavior: (data, host) =>
    host.change((chrome) => ({ ...chrome, isClosingGuarded: data.need_confirmation === true })),
  web_app_setup_swipe_behavior: () => {},
  web_app_set_header_color: (data, host) => host.change((chrome) => ({ ...chrome, headerColor: colourWish(data) })),
  web_app_set_background_color: (data, host) =>
    host.change((chrome) => ({ ...chrome, backgroundColor: colourWish(data) })),
  web_app_set_bottom_bar_color: (data, host) => host.change((chrome) => ({ ...chrome, bottomColor: colourWish(data) })),
  web_app_trigger_haptic_feedback: (data, host) => {
    const kind = [data.type, data.impact_style, data.notification_type].filter(Boolean).join(" ");
    host.change((chrome) => ({ ...chrome, lastHaptic: kind }));
  },
  web_app_open_popup: async (data, host) => {
    const id = await host.openPopup(data as unknown as PopupRequest);
    host.emit("popup_closed", id === null ? {} : { button_id: id });
  },
  web_app_open_invoice: async (data, host) => {
    const slug = String(data.slug ?? "");
    host.emit("invoice_closed", { slug, status: await host.openInvoice(slug) });
  },
  web_app_request_write_access: async (_, host) =>
    host.emit("write_access_requested", { status: (await host.askWriteAccess()) ? "allowed" : "cancelled" }),
  web_app_open_link: (data, host) => host.openLink(String(data.url ?? "")),
  web_app_open_tg_link: (data, host) => host.openTelegramLink(String(data.path_full ?? "")),
  web_app_invoke_custom_method: (data, host) => {
    const answer = runCustomMethod(String(data.method), (data.params ?? {}) as Data, host.storage);
    host.emit("custom_method_invoked", { req_id: data.req_id, ...answer });
  },
  web_app_request_fullscreen: (_, host) => {
    host.change((chrome) => ({ ...chrome, isFullscreen: true }));
    host.emit("fullscreen_changed", { is_fullscreen: true });
  },
  web_app_exit_fullscreen: (_, host) => {
    host.change((chrome) => ({ ...chrome, isFullscreen: false }));
    host.emit("fullscreen_changed", { is_fullscreen: false });
  },
  web_app_close: (_, host) => host.close(),
  web_app_request_phone: refuse("phone_requested", { status: "cancelled" }),
  web_app_read_text_from_clipboard: refuse("clipboard_text_received", { data: null }),
  web_app_check_home_screen: refuse("home_screen_checked", { status: "unsupported" }),
  web_app_biometry_get_info: refuse("biometry_info_received", { available: false }),
  web_app_send_prepared_message: refuse("prepared_message_failed", { error: "UNSUPPORTED" }),
  web_app_request_file_download: refuse("file_download_requested", { status: "cancelled" }),
  web_app_open_scan_qr_popup: refuse("scan_qr_popup_closed", {}),
  web_app_device_storage_get_key: refuse("device_storage_failed", { error: "UNSUPPORTED" }),
  web_app_device_storage_save_key: refuse("device_storage_failed", { error: "UNSUPPORTED" }),
  web_app_secure_storage_get_key: refuse("secure_storage_failed", { error: "UNSUPPORTED" }),
  web_app_secure_storage_save_key: refuse("secure_storage_failed", { error: "UNSUPPORTED" }),
};

let lineId = 0;

/** Takes one message of the frame; anything that is not the bridge's is ignored. */
export function receive(raw: unknown, host: BridgeHost): void {
  if (typeof raw !== "string") return;
  let parsed: { eventType?: unknown; eventData?: unknown };
  try {
    parsed = JSON.parse(raw) as typeof parsed;
  } catch {
    return;
  }
  if (typeof parsed?.eventType !== "string") return;
  const event = parsed.eventType;
  const known = HANDLERS[event];
  const detail = parsed.eventData === undefined || parsed.eventData === "" ? "" : JSON.stringify(parsed.eventData);
  const line = { id: ++lineId, event: known ? event : `${event} (?)`, detail: detail.slice(0, 300) };
  host.change((chrome) => ({ ...chrome, log: [line, ...chrome.log].slice(0, LOG_LENGTH) }));
  void known?.((parsed.eventData ?? {}) as Data, host);
}

/** Cloud storage of one person and bot; in the sandbox it lives in this browser. */
export class CloudStorage {
  constructor(readonly key: string) {}

  read(): Record<string, string> {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}") as Record<string, string>;
    } catch {
      return {};
    }
  }

  write(values: Record<string, string>): void {
    localStorage.setItem(this.key, JSON.stringify(values));
  }
}

/** The methods behind CloudStorage, with Telegram's limits. */
export function runCustomMethod(
  method: string,
  params: Data,
  storage: CloudStorage,
): { result?: unknown; error?: string } {
  const values = storage.read();
  const keys = Array.isArray(params.keys) ? params.keys.map(String) : [];
  switch (method) {
    case "saveStorageValue": {
      const key = String(params.key ?? "");
      const value = String(params.value ?? "");
      if (!/^[\w-]{1,128}$/.test(key)) return { error: "KEY_INVALID" };
      if (value.length > 4096) return { error: "VALUE_INVALID" };
      if (!(key in values) && Object.keys(values).length >= 1024) return { error: "QUOTA_EXCEEDED" };
      storage.write({ ...values, [key]: value });
      return { result: true };
    }
    case "getStorageValues":
      return { result: Object.fromEntries(keys.map((key) => [key, values[key] ?? ""])) };
    case "deleteStorageValues":
      storage.write(Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key))));
      return { result: true };
    case "getStorageKeys":
      return { result: Object.keys(values) };
    case "getRequestedContact":
      return { result: "" };
    default:
      return { error: "METHOD_NOT_FOUND" };
  }
}

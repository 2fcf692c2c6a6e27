/** Telegram's own palettes, as a Mini App gets them at launch and with `theme_changed`. */
export type Palette = "light" | "dark";

export const THEMES: Record<Palette, Record<string, string>> = {
  light: {
    bg_color: "#ffffff",
    text_color: "#000000",
    hint_color: "#707579",
    link_color: "#2481cc",
    button_color: "#2481cc",
    button_text_color: "#ffffff",
    secondary_bg_color: "#efeff3",
    header_bg_color: "#ffffff",
    bottom_bar_bg_color: "#ffffff",
    accent_text_color: "#2481cc",
    section_bg_color: "#ffffff",
    section_header_text_color: "#6d6d72",
    section_separator_color: "#c8c7cc",
    subtitle_text_color: "#8e8e93",
    destructive_text_color: "#ff3b30",
  },
  dark: {
    bg_color: "#17212b",
    text_color: "#f5f5f5",
    hint_color: "#708499",
    link_color: "#6ab3f3",
    button_color: "#5288c1",
    button_text_color: "#ffffff",
    secondary_bg_color: "#0e1621",
    header_bg_color: "#17212b",
    bottom_bar_bg_color: "#17212b",
    accent_text_color: "#6ab2f2",
    section_bg_color: "#17212b",
    section_header_text_color: "#6ab3f3",
    section_separator_color: "#111921",
    subtitle_text_color: "#708499",
    destructive_text_color: "#ec3942",
  },
};

export const PHONES = [
  { id: "390x844", width: 390, height: 844 },
  { id: "430x932", width: 430, height: 932 },
  { id: "360x640", width: 360, height: 640 },
  { id: "320x568", width: 320, height: 568 },
  { id: "384x694", width: 384, height: 694 },
] as const;

export type PhoneId = (typeof PHONES)[number]["id"];

export const templateButtons = ["open", "campaign", "mute"] as const;

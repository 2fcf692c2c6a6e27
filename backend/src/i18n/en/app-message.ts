/** Words of a message as the app shows it, wherever it does. */
export const appMessage = {
  "app.message.media": "Attachment",
  "app.message.spoiler": "Show hidden text",
} as const;

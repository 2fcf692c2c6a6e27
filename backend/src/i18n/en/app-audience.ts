/** Words of the screens of subscribers, tags, fields and opt-outs. */
export const appAudience = {
  "app.audience.files": "Import and export",
  "app.audience.title": "Audience",
};

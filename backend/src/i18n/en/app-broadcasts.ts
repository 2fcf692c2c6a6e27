/** Words of broadcasts: list, launch, progress, settings. */
export const appBroadcasts = {
  "app.broadcasts.title": "Broadcasts",
};

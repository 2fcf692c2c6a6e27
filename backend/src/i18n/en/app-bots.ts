/** Words of the screens of bots. */
export const appBots = {
  "app.bots.connect": "Connect a bot",
};

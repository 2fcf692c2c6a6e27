/** Words of imports of people. */
export const appImporting = {
  "app.import.title": "Import",
};

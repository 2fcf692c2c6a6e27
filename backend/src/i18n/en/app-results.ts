/** Words of what broadcasts brought. */
export const appResults = {
  "app.results.title": "Results",
};

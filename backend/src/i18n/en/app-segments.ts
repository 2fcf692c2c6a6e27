/** Words of segments and their builder. */
export const appSegments = {
  "app.segments.title": "Segments",
};

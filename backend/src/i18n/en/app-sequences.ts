/** Words of schedules, experiments and sequences. */
export const appSequences = {
  "app.sequences.title": "Sequences",
};

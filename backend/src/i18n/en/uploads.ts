/** Words about files that people send us. */
export const uploads = {
  "uploads.upload_not_found": "There is no such file.",
};

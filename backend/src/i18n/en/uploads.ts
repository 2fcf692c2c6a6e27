/** Words about files that people send us. */
export const uploads = {
  "uploads.upload_not_found": "There is no such file.",
  "uploads.too_large": "The file is too large: at most {megabytes} MB.",
  "uploads.no_room":
    "Too many files lie here unused: more than {megabytes} MB. Finish or delete them first; what nobody uses is deleted after a day.",
  "uploads.finished": "The file is already whole; nothing can be added to it.",
  "uploads.incomplete": "Parts of the file are missing: {missing}. Send it again; what has arrived is not sent twice.",
  "uploads.no_such_part": "The file has {parts} parts, counted from 0.",
  "uploads.wrong_length": "Part {part} should have {expected} bytes; {received} came.",
  "uploads.in_use": "This file is in use and cannot be deleted.",
} as const;

/** Words of the message composer and of templates. */
export const appLetters = {
  "app.letter.text": "Text",
};

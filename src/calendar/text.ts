/** What no keyboard types into a form: control characters other than tab and line breaks. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** Whether a text can be kept, hashed and shown everywhere as it is: whole characters, none of them a control character. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

const SOMETHING_VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Hangul fillers and the blank Braille pattern: letters by their class, and nothing to see. */
const BLANK_LETTERS = /[\u115F\u1160\u3164\uFFA0\u2800]/g;

/** Whether a text has anything to read. */
export const saysSomething = (text: string | undefined): text is string =>
  text !== undefined && SOMETHING_VISIBLE.test(text.replace(BLANK_LETTERS, ''));

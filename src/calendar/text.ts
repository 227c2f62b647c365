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

/** Characters of a name. */
export const NAME_MAX = 200;

export const ONE_LINE = /^[^\t\r\n\u0085\u2028\u2029]*$/;

/** Whether a text can be the name of somebody or something: in one line, with something to read. */
export const isName = (text: string): boolean =>
  text.length <= NAME_MAX && ONE_LINE.test(text) && isPlainText(text) && saysSomething(text);

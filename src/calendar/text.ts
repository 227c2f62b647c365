/** What no keyboard types into a form: control characters other than tab and line breaks. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** Whether a text can be kept, hashed and shown everywhere as it is: whole characters, none of them a control character. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

/** Standard Base 64 (RFC 4648 §4) of some bytes. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The bytes, or undefined when the text is not exactly what `base64` writes for them. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return base64(bytes) === text ? bytes : undefined;
}

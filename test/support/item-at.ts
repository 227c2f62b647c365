/** The item at a place where the story says that there is one. */
export function itemAt<Item>(list: ArrayLike<Item>, index: number): Item {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${String(index)} of ${String(list.length)}`);
  return item;
}

/** One bit of some bytes turned over. */
export function flipBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = itemAt(bytes, bit >> 3) ^ (1 << (bit & 7));
}

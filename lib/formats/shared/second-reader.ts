// What the second readers of zip-and-XML formats have in common, sharing nothing with the sanitizers.

import { Refusal } from '../../core/refusal.ts';

/** Whatever the reader cannot read is not verified. */
export async function reading<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof Refusal
      ? cause
      : new Refusal('unverified', 'the second reader cannot read the XML', { cause });
  }
}

/** The place of the first character in which two texts differ, counted from 1. */
export function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i + 1;
}

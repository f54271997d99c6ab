import { expect } from 'vitest';

/**
 * Plays a story once, then once for each of its operations with a fault at it. Each has to come to the same; resolves with
 * what it came to.
 */
export async function faultAtEachStep<T>(
  story: (fault: (operation: string) => void) => Promise<T>,
  atLeast: number,
): Promise<T> {
  const operations: string[] = [];
  const expected = await story((operation) => void operations.push(operation));
  expect(operations.length).toBeGreaterThan(atLeast);
  for (const failing of operations.keys()) {
    let at = 0;
    const ended = await story((operation) => {
      at += 1;
      if (at === failing + 1) throw new Error(`fault at ${operation}`);
    });
    expect(ended, `fault at step ${failing}, ${operations[failing]}`).toEqual(expected);
  }
  return expected;
}

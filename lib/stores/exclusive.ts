const tails = new Map<string, Promise<unknown>>();

/** Runs `work` after everything that was asked for earlier under the same name, one at a time in this process. */
export async function exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (tails.get(name) ?? Promise.resolve()).then(work);
  const tail = mine.catch(() => undefined);
  tails.set(name, tail);
  try {
    return await mine;
  } finally {
    if (tails.get(name) === tail) tails.delete(name);
  }
}

// Going through a listing of any length with a page of it in memory, and several requests at a time.

const PAGE = 500;
const CONCURRENCY = 16;

export async function* pagesOf<T>(listing: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const version of listing) {
    page.push(version);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Answers in the order of the items. Rejects with the first failure. */
export async function inParallel<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const answers = new Map<number, U>();
  const waiting = items.entries();
  const take = async () => {
    for (const [index, item] of waiting) answers.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, take));
  return [...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer);
}

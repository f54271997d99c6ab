import { type Element, elementsOf, type XmlDocument } from '../xml.ts';
import type { Job } from './job.ts';

/** Says where an element stands, by how many of the counted ones have begun: 'member 3/paragraph 12'. */
export function placerBy(
  job: Job,
  { root }: Pick<XmlDocument, 'root'>,
  isCounted: (element: Element) => boolean,
  word: string,
): (element: Element) => string {
  const starts = [...elementsOf(root)].filter(isCounted).map(({ start }) => start);
  return (element) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= element.start) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? job.what : `${job.what}/${word} ${low}`;
  };
}

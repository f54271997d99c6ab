// What a dropped member says, so that its absence can be shown: the texts of XML, a stretch of anything else.

import type { RemovedValue } from '../../../core/format.ts';
import type { Limits } from '../../../core/limits.ts';
import { Refusal } from '../../../core/refusal.ts';
import { elementsOf, parseXml, textOf } from '../xml.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const TELLING = new Set(['author', 'initials', 'userId', 'user', 'email', 'siteId', 'owner', 'Author']);

export function valuesOfMember(untrusted: Uint8Array, limits: Limits): readonly RemovedValue[] {
  const [first] = untrusted;
  const looksLikeXml = first === 0x3c || first === 0xef || first === 0xff || first === 0xfe;
  if (!looksLikeXml || untrusted.length > MAX_BYTES) return [untrusted];
  try {
    const { root } = parseXml(untrusted, 'dropped member', limits);
    const values = new Set<string>();
    for (const element of elementsOf(root)) {
      for (const { value } of element.texts) values.add(value);
      for (const { local, value } of element.attributes) if (TELLING.has(local)) values.add(value);
      // A sentence is often cut into runs; whole, it is a better needle.
      if (element.local === 'p') values.add(textOf(element));
    }
    return [...values];
  } catch (error) {
    // It is dropped, so it need not be well-formed; and what all XML has in common proves nothing.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

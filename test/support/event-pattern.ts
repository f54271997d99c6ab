// EventBridge's patterns, as far as ours go: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html.
// A field matches where one of its values does; an element that is not known here matches nothing, and says so.

import { z } from 'zod';

const Node = z.record(z.string(), z.unknown());
const Element = z.union([
  z.string(),
  z.boolean(),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({ 'anything-but': z.array(z.string()) }),
  z.strictObject({ exists: z.boolean() }),
]);

export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return Object.entries(Node.parse(pattern)).every(([name, wanted]) => {
    if (name === '$or')
      return z
        .array(Node)
        .parse(wanted)
        .some((one) => matchesPattern(one, event));
    const values = valuesOf(event).flatMap((one) => (name in one ? valuesAt(one[name]) : []));
    if (!Array.isArray(wanted))
      return values.length === 0 ? matchesPattern(wanted, {}) : values.some((one) => matchesPattern(wanted, one));
    return wanted.some((element) => isMet(Element.parse(element), values));
  });
}

function isMet(element: z.infer<typeof Element>, values: readonly unknown[]): boolean {
  if (typeof element !== 'object') return values.includes(element);
  if ('exists' in element) return values.length > 0 === element.exists;
  if ('anything-but' in element) return values.some((one) => !element['anything-but'].some((not) => not === one));
  const pattern = element.wildcard
    .split('*')
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return values.some((one) => new RegExp(`^${pattern}$`, 's').test(String(one)));
}

const valuesAt = (value: unknown): readonly unknown[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
const valuesOf = (value: unknown): readonly z.infer<typeof Node>[] =>
  valuesAt(value).flatMap((one) => {
    const node = Node.safeParse(one);
    return node.success ? [node.data] : [];
  });

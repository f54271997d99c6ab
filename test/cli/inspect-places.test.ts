import { expect, it } from 'vitest';
import { shortened } from '../../lib/cli/inspect.ts';

it.each([
  [
    ['page 1/annotation 3', 'page 1/annotation 4', 'page 2/annotation 4'],
    ['page 1/annotation 3', '4', 'page 2/annotation 4'],
  ],
  [
    ['trailer/Info/object 9/Creator', 'trailer/Info/object 9/Producer'],
    ['trailer/Info/object 9/Creator', 'Producer'],
  ],
  [
    ['object 4', 'object 5', 'catalog'],
    ['object 4', '5', 'catalog'],
  ],
  [
    ['catalog', 'catalog'],
    ['catalog', 'catalog'],
  ],
])('says once what places have in common: %s', (places, expected) => {
  expect(shortened(places)).toEqual(expected);
});

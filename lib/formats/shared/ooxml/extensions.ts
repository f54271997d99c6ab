// Extensions of drawings (ISO/IEC 29500-1 20.1.2.2.15 extLst) are where every new version puts its new ideas: ids of
// shapes, original versions of pictures, filtered series of charts. Those that change the look stay.

import type { Element } from '../xml.ts';

/** Extensions that change how a drawing looks or is read aloud. */
const KEPT_EXTENSIONS = new Set(
  [
    '{28A0092B-C50C-407E-A947-70E740481C1C}', // resolution of a picture
    '{C183D7F6-B498-43B3-948B-1728B52AA6E4}', // decorative, no alternative text needed
    '{CE6537A1-D6FC-4f65-9D91-7224C49458BB}', // layout of chart labels
    '{6F2FDCE9-48DA-4B69-8628-5D25D57E5C99}', // colours of negative bars
    'http://schemas.microsoft.com/office/drawing/2008/diagram',
    '{78C0D931-6437-407D-A8EE-F0AAD7539E65}', // conditional formats of worksheets
    '{B025F937-C7B1-47D3-B67F-A62EFF666E3E}', // their ids, by which the two halves of one find each other
    '{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}', // validations that refer to other sheets
    '{05C60535-1F16-4FD2-B633-F4F36F0B64E0}', // sparklines
  ].map((uri) => uri.toLowerCase()),
);
const ALTERNATES = new Set(['{96dac541-7b7a-43d3-8b79-37d633b846f1}', '{beba8eae-bf5a-486c-a8c5-ecc9f3942e4b}']);

/** What is to be removed for an extension that does not stay, and its carrier. */
export function extensionToDrop(element: Element): { readonly element: Element; readonly carrier: string } | undefined {
  if (element.local !== 'ext') return undefined;
  const uri = uriOf(element);
  if (uri === undefined || KEPT_EXTENSIONS.has(uri)) return undefined;
  const carrier = ALTERNATES.has(uri) ? 'picture.alternate' : 'xml.extension';
  // A list must not be empty in every schema version; without it, nothing is missed.
  const list = element.parent;
  const isLast = list?.local === 'extLst' && !list.children.some((child) => KEPT_EXTENSIONS.has(uriOf(child) ?? ''));
  return { element: isLast ? list : element, carrier };
}

/** The size of a shape is called ext too, and has no uri. */
function uriOf({ attributes }: Element): string | undefined {
  return attributes.find(({ local, uri }) => local === 'uri' && uri === '')?.value.toLowerCase();
}

// Where on a page as it is drawn a rectangle lies: the part that is shown (ISO 32000-2 14.11.2), turned as the page is.

import { type PDFDict, PDFNumber } from 'pdf-lib';
import { type OnPage, thousandths } from '../../core/evidence.ts';
import { entry } from './objects.ts';
import { boxOf } from './painting/geometry.ts';
import { pageBoxOf } from './painting/painter.ts';

/** Undefined for what is no rectangle, or lies beside the page. */
export function onPage(page: PDFDict, number: number, rect: readonly number[] | undefined): OnPage | undefined {
  if (!rect) return undefined;
  const [left, bottom, right, top] = boxOf(rect);
  const shown = pageBoxOf(page);
  const [width, height] = [shown[2] - shown[0], shown[3] - shown[1]];
  const [x0, y0, x1, y1] = [left - shown[0], shown[3] - top, right - shown[0], shown[3] - bottom];
  const turned = entry(page, 'Rotate');
  const turns = turned instanceof PDFNumber ? (((turned.asNumber() / 90) % 4) + 4) % 4 : 0;
  const box = thousandths(
    turns === 1
      ? [height - y1, x0, height - y0, x1]
      : turns === 2
        ? [width - x1, height - y1, width - x0, height - y0]
        : turns === 3
          ? [y0, width - x1, y1, width - x0]
          : [x0, y0, x1, y1],
    turns % 2 === 1 ? { width: height, height: width } : { width, height },
  );
  return box && { page: number, box };
}

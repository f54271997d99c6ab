import type { Format } from '../core/format.ts';
import { bmp } from './bmp.ts';
import { docx } from './docx/docx.ts';
import { emf } from './emf.ts';
import { gif } from './gif.ts';
import { jpeg } from './jpeg.ts';
import { odf } from './odf/odf.ts';
import { ole } from './ole/ole.ts';
import { pdf } from './pdf/pdf.ts';
import { png } from './png.ts';
import { pptx } from './pptx/pptx.ts';
import { rtf } from './rtf/rtf.ts';
import { tiff } from './tiff.ts';
import { wmf } from './wmf.ts';
import { xlsx } from './xlsx/xlsx.ts';

/** Every format we know. Adding one is its file or folder, a line here, and a fixture folder. */
export const formats: readonly Format[] = [pdf, docx, xlsx, pptx, odf, rtf, jpeg, png, emf, wmf, gif, tiff, bmp, ole];

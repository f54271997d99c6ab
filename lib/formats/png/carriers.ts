import type { Carrier } from '../../core/finding.ts';
import { exifCarriers } from '../shared/exif.ts';

/** Every place in a PNG file where something besides the picture can stand. */
export const PNG_CARRIERS: readonly Carrier[] = [
  ...exifCarriers('png'),
  {
    id: 'png.text',
    code: 'metadata',
    tier: 'M',
    says: 'text chunk (tEXt, zTXt, iTXt): author, comment, software, copied profiles',
  },
  { id: 'png.xmp', code: 'metadata', tier: 'H', says: 'XMP packet in a text chunk' },
  { id: 'png.time', code: 'metadata', tier: 'L', says: 'time of the last change (tIME)' },
  {
    id: 'png.icc.text',
    code: 'metadata',
    tier: 'M',
    says: 'name, texts, device names and private tags of the colour profile',
  },
  { id: 'png.icc.unreadable', code: 'metadata', tier: 'L', says: 'a colour profile that cannot be read' },
  {
    id: 'png.palette.suggested',
    code: 'metadata',
    tier: 'L',
    says: 'named suggested palette (sPLT) and palette histogram (hIST)',
  },
  { id: 'png.c2pa', code: 'metadata', tier: 'H', says: 'content credentials and their signer (caBX)' },
  {
    id: 'png.chunk.unknown',
    code: 'metadata',
    tier: 'M',
    says: 'chunk that no table names: editors keep layers and whole sources there',
  },
  {
    id: 'png.chunk.invalid',
    code: 'metadata',
    tier: 'L',
    says: 'known chunk of the wrong length, twice, or out of its place',
  },
  { id: 'png.rows.tail', code: 'hidden-content', tier: 'M', says: 'bytes after the end of the compressed rows' },
  { id: 'png.rows.surplus', code: 'hidden-content', tier: 'M', says: 'more compressed rows than the picture has' },
  {
    id: 'png.trailer',
    code: 'trailing-data',
    tier: 'M',
    says: 'bytes after IEND, such as the rest of an overwritten file',
  },
];

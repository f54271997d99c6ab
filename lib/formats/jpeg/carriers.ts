import type { Carrier } from '../../core/finding.ts';
import { exifCarriers } from '../shared/exif.ts';

/** Every place in a JPEG file where something besides the picture can stand. */
export const JPEG_CARRIERS: readonly Carrier[] = [
  ...exifCarriers('jpeg'),
  { id: 'jpeg.xmp', code: 'metadata', tier: 'H', says: 'XMP packet in APP1' },
  { id: 'jpeg.xmp.extended', code: 'metadata', tier: 'H', says: 'extended XMP in APP1' },
  { id: 'jpeg.iptc', code: 'metadata', tier: 'H', says: 'IPTC-IIM datasets in APP13: byline, caption, place, contact' },
  { id: 'jpeg.photoshop', code: 'metadata', tier: 'M', says: 'Photoshop image resources in APP13' },
  {
    id: 'jpeg.mpf',
    code: 'hidden-content',
    tier: 'M',
    says: 'index of further pictures in the file (CIPA DC-007, APP2)',
  },
  { id: 'jpeg.c2pa', code: 'metadata', tier: 'H', says: 'JUMBF boxes in APP11: content credentials and their signer' },
  { id: 'jpeg.flashpix', code: 'metadata', tier: 'M', says: 'FlashPix streams in APP2' },
  {
    id: 'jpeg.jfif.thumbnail',
    code: 'hidden-content',
    tier: 'M',
    says: 'thumbnail in the JFIF header or a JFXX extension',
  },
  { id: 'jpeg.comment', code: 'metadata', tier: 'M', says: 'comment segment (COM)' },
  {
    id: 'jpeg.icc.text',
    code: 'metadata',
    tier: 'M',
    says: 'texts, device names, dates and private tags of the colour profile',
  },
  { id: 'jpeg.icc.unreadable', code: 'metadata', tier: 'L', says: 'a colour profile that is incomplete or is none' },
  {
    id: 'jpeg.segment.unknown',
    code: 'metadata',
    tier: 'M',
    says: 'application segment that no table names, or a second one of a kind',
  },
  {
    id: 'jpeg.table.unused',
    code: 'hidden-content',
    tier: 'L',
    says: 'quantisation or Huffman table that no scan uses',
  },
  { id: 'jpeg.scan.tail', code: 'hidden-content', tier: 'M', says: 'bytes after the last block of a scan' },
  { id: 'jpeg.gap', code: 'hidden-content', tier: 'L', says: 'garbage and fill bytes between segments' },
  {
    id: 'jpeg.trailer',
    code: 'trailing-data',
    tier: 'M',
    says: 'bytes after the end of the image: films, further pictures, archives',
  },
];

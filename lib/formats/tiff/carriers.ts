import type { Carrier } from '../../core/finding.ts';

/** Every place in a TIFF file where something besides the pictures can stand. */
export const TIFF_CARRIERS: readonly Carrier[] = [
  { id: 'tiff.person', code: 'metadata', tier: 'H', says: 'artist, copyright, host computer, owner' },
  {
    id: 'tiff.text',
    code: 'metadata',
    tier: 'M',
    says: 'description, names of document and page, titles and keywords of Windows, names of inks',
  },
  { id: 'tiff.printer', code: 'metadata', tier: 'H', says: 'target printer' },
  { id: 'tiff.machine', code: 'metadata', tier: 'L', says: 'software, date, make and model of the scanner or camera' },
  { id: 'tiff.exif', code: 'metadata', tier: 'M', says: 'Exif directory: camera, owner, serial numbers, settings' },
  { id: 'tiff.gps', code: 'metadata', tier: 'H', says: 'GPS directory: where the picture was taken' },
  { id: 'tiff.xmp', code: 'metadata', tier: 'H', says: 'XMP packet' },
  { id: 'tiff.iptc', code: 'metadata', tier: 'H', says: 'IPTC datasets' },
  {
    id: 'tiff.photoshop',
    code: 'hidden-content',
    tier: 'H',
    says: 'Photoshop resources, and all layers of the document (ImageSourceData)',
  },
  { id: 'tiff.geo', code: 'metadata', tier: 'M', says: 'GeoTIFF: where on earth the picture lies' },
  { id: 'tiff.annotation', code: 'hidden-content', tier: 'M', says: 'annotations of imaging programs' },
  { id: 'tiff.tag.unknown', code: 'metadata', tier: 'M', says: 'tag that no table names: private data of programs' },
  { id: 'tiff.tag.invalid', code: 'metadata', tier: 'L', says: 'known tag of a type or length that it cannot have' },
  {
    id: 'tiff.thumbnail',
    code: 'hidden-content',
    tier: 'M',
    says: 'smaller picture in a directory of its own, which may show the picture before it was cut',
  },
  {
    id: 'tiff.icc.text',
    code: 'metadata',
    tier: 'M',
    says: 'texts, device names and private tags of a colour profile',
  },
  { id: 'tiff.icc.unreadable', code: 'metadata', tier: 'L', says: 'a colour profile that cannot be read' },
  { id: 'tiff.jpeg.segment', code: 'metadata', tier: 'M', says: 'comment or application segment in JPEG data' },
  { id: 'tiff.strip.tail', code: 'hidden-content', tier: 'M', says: 'bytes behind the last pixel of a strip or tile' },
  { id: 'tiff.gap', code: 'hidden-content', tier: 'M', says: 'bytes that no directory leads to' },
];

import type { Carrier } from '../../core/finding.ts';

/** Every place in a BMP file where something besides the picture can stand. */
export const BMP_CARRIERS: readonly Carrier[] = [
  { id: 'bmp.reserved', code: 'hidden-content', tier: 'L', says: 'reserved bytes of headers and palette that are set' },
  { id: 'bmp.gap', code: 'hidden-content', tier: 'M', says: 'bytes between the headers and the pixels' },
  {
    id: 'bmp.rows',
    code: 'hidden-content',
    tier: 'M',
    says: 'padding of the rows, and bytes behind the end of coded ones',
  },
  { id: 'bmp.profile.linked', code: 'metadata', tier: 'H', says: 'path to a colour profile' },
  {
    id: 'bmp.icc.text',
    code: 'metadata',
    tier: 'M',
    says: 'texts, device names and private tags of the colour profile',
  },
  { id: 'bmp.icc.unreadable', code: 'metadata', tier: 'L', says: 'a colour profile that cannot be read' },
  { id: 'bmp.trailer', code: 'trailing-data', tier: 'M', says: 'bytes behind the pixels' },
];

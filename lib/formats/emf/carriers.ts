import type { Carrier } from '../../core/finding.ts';

/** Every place in an enhanced metafile where something besides the drawing can stand. */
export const EMF_CARRIERS: readonly Carrier[] = [
  {
    id: 'emf.description',
    code: 'metadata',
    tier: 'M',
    says: 'description in the header: program and title of the picture',
  },
  {
    id: 'emf.comment',
    code: 'metadata',
    tier: 'H',
    says: 'private comment record: whole sources, paths, texts and names of programs',
  },
  {
    id: 'emf.comment.public',
    code: 'metadata',
    tier: 'M',
    says: 'public comment record: descriptions of groups, texts, other versions of the picture',
  },
  { id: 'emf.comment.spool', code: 'metadata', tier: 'M', says: 'comment of the print spooler, with embedded fonts' },
  { id: 'emf.plus.comment', code: 'metadata', tier: 'M', says: 'comment inside the EMF+ records' },
  { id: 'emf.plus.unknown', code: 'metadata', tier: 'M', says: 'EMF+ record that no table names' },
  { id: 'emf.plus.slack', code: 'hidden-content', tier: 'M', says: 'bytes in EMF+ records that no field uses' },
  { id: 'emf.escape', code: 'metadata', tier: 'H', says: 'escape to a driver: printer names and private data' },
  {
    id: 'emf.profile',
    code: 'metadata',
    tier: 'H',
    says: 'colour space or profile record, with file names of profiles',
  },
  { id: 'emf.opengl', code: 'metadata', tier: 'M', says: 'OpenGL record or pixel format' },
  {
    id: 'emf.font.name',
    code: 'metadata',
    tier: 'L',
    says: 'full name, style and maker of a font, and memory behind its face name',
  },
  {
    id: 'emf.font.link',
    code: 'metadata',
    tier: 'L',
    says: 'record that links fonts by their identity on one machine',
  },
  { id: 'emf.palette', code: 'metadata', tier: 'L', says: 'palette in the end record' },
  {
    id: 'emf.bitmap.slack',
    code: 'hidden-content',
    tier: 'M',
    says: 'padding of the rows of a bitmap, and bytes behind its pixels',
  },
  { id: 'emf.bitmap.profile', code: 'metadata', tier: 'H', says: 'colour profile of a bitmap, or the path to one' },
  { id: 'emf.record.slack', code: 'hidden-content', tier: 'M', says: 'bytes in records that no field uses' },
  { id: 'emf.record.unknown', code: 'metadata', tier: 'M', says: 'record of a type that no table names' },
  { id: 'emf.trailer', code: 'trailing-data', tier: 'M', says: 'bytes after the end record' },
];

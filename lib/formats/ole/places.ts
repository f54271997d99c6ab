// Names of storages and streams are chosen by programs or by people. Those of programs say where something is; any other
// is named by its number in the directory, because it may be that of a person.

import type { Entry } from './compound.ts';

const PROGRAMS = new Set(
  `WordDocument 0Table 1Table Data ObjectPool Macros VBA PROJECT PROJECTwm PROJECTlk _VBA_PROJECT _VBA_PROJECT_CUR dir
   Workbook Book Ctls _SX_DB_CUR _SX_DB _signatures _xmlsignatures MsoDataStore EncryptedPackage EncryptionInfo DataSpaces
   DataSpaceMap DataSpaceInfo TransformInfo DRMContent DRMViewerContent DRMEncryptedTransform DRMEncryptedDataSpace
   Current_User PowerPoint_Document Pictures User_Names Revision_Log SummaryInformation DocumentSummaryInformation
   CompObj Ole Ole10Native Ole10ItemName ObjInfo Package EmbeddedOdf contents VisioDocument Quill Contents`.split(
    /\s+/,
  ),
);
const MAPI =
  /^__(substg1\.0_[0-9A-F]{8}(-[0-9A-F]{8})?|(attach|recip)_version1\.0_#[0-9A-F]{8}|nameid_version1\.0|properties_version1\.0)$/i;

/** Its name without the control character in front that property sets and parts of OLE have. */
export function plainName({ name }: Entry): string {
  return name.replace(/^[\x01-\x09]/, '');
}

/** Where an entry is, from below the root: 'ObjectPool/entry 7/Ole10Native'. */
export function placeOf(entry: Entry): string {
  if (!entry.parent) return 'root';
  const name = plainName(entry);
  const own = PROGRAMS.has(name.replaceAll(' ', '_')) || MAPI.test(name) ? name : `entry ${entry.number}`;
  return entry.parent.parent ? `${placeOf(entry.parent)}/${own}` : own;
}

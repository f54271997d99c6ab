// Paths with a person's folder or a server's share, wherever in a stream they stand: in field codes, in links of objects,
// in what a picture or a macro was made from. A table of carriers per record would miss those that sit in running text.

import { inPieces } from './bytes.ts';

const PLACES = [
  // The folder of a user, on a drive.
  /[A-Za-z]:\\(?:Users|Documents and Settings|WINNT\\Profiles)\\[^\\\0-\x1f"<>|:*?]{2,}/i,
  // A share on a server: two names, each of two letters or more.
  /(?<![\\\w])\\\\[A-Za-z0-9][\w.-]+\\[A-Za-z0-9$][\w $.-]+/,
];

/** Whether a stream names a person's folder or a share, in letters of one byte or two. */
export function holdsPath(bytes: Buffer): boolean {
  return inPieces(bytes, (piece) => {
    const narrow = piece.toString('latin1');
    // Every second zero goes, so letters of two bytes read as one; text of one byte has none to lose.
    const wide = narrow.replace(/([\x20-\x7e])\0/g, '$1');
    return PLACES.some((place) => place.test(narrow) || place.test(wide));
  });
}

import type { Reason } from '../core/refusal.ts';

/** For whoever published the document: what happened, and what they can do. */
export type Explained = { readonly means: string; readonly mend: string };

/** In plain words, for people who have the document and not this program. */
export function explain(reason: Reason): Explained {
  switch (reason) {
    case 'encrypted':
      return {
        means: 'the document is protected by a password, so nobody can see what is in it',
        mend: 'save it without a password and upload it again',
      };
    case 'malformed':
      return {
        means: 'the file is damaged, or does not keep to its own format',
        mend: 'open it in the program that made it, save it anew and upload it again',
      };
    case 'unsupported':
      return {
        means: 'it is a kind of file, or holds something, that cannot be cleaned',
        mend: 'save it as PDF, DOCX, XLSX, PPTX, ODT, JPEG or PNG, under a name of its own, and upload that',
      };
    case 'legacy-format':
      return {
        means: 'it is in an old format that keeps deleted text and earlier authors',
        mend: 'save it as DOCX, XLSX or PPTX and upload that',
      };
    case 'malware':
      return {
        means: 'a virus scanner recognised something in it',
        mend: 'do not open or send it on; tell your security team, who have the file',
      };
    case 'active-content':
      return {
        means: 'it holds a program, a macro or an action that runs when it is opened',
        mend: 'remove macros, scripts and embedded programs and upload it again',
      };
    case 'hidden-content':
      return {
        means: 'it holds something that readers do not see, such as a hidden sheet, slide, row or layer',
        mend: 'show or delete what is hidden at the places named, and upload it again',
      };
    case 'failed-redaction':
      return {
        means: 'text was covered, but is still in the file under the cover',
        mend: 'redact it with a tool that deletes the text, not with a box over it, and upload it again',
      };
    case 'personal-data':
      return {
        means: 'what readers see looks like personal data, such as a citizen service number or a card',
        mend: 'remove it, or have a reviewer confirm that it may be published',
      };
    case 'not-scanned':
      return {
        means: 'the virus scanner did not look at it, or not at all of it',
        mend: 'nothing is wrong with the document itself; whoever runs this system has to see to the scanner',
      };
    case 'limit':
      return {
        means: 'it is larger or more deeply nested than what is accepted',
        mend: 'make it smaller or split it, and upload the parts',
      };
    case 'timeout':
      return {
        means: 'it took longer than a document may take',
        mend: 'make it simpler or split it; if it is small, tell whoever runs this system',
      };
    case 'unverified':
      return {
        means: 'it was cleaned, but it could not be proven that all is gone and nothing else changed',
        mend: 'save it anew, or as another format, and upload it again; a reviewer can see which check failed',
      };
    case 'crashed':
      return {
        means: 'this system failed at it; that is our fault, not the document’s',
        mend: 'nothing: whoever runs this system is told, and can have it tried again',
      };
  }
}

import type { PdfiumDocument } from '../../core/engines.ts';
import { KEYS } from './addresses.ts';
import { differs } from './differs.ts';

/** No link that was not there, every plainly public one still there, and every leap within the document. */
export function sameLinks(before: PdfiumDocument, after: PdfiumDocument, page: number): void {
  const gone = [...before.links(page)];
  for (const link of after.links(page)) {
    const place = gone.indexOf(link);
    if (place < 0) throw differs('a link that was not there', page);
    gone.splice(place, 1);
  }
  if (gone.some(isPlainlyPublic)) throw differs('a public link', page);

  const targets = (document: PdfiumDocument) => document.linkTargets(page).toSorted((a, b) => a - b);
  if (targets(before).join() !== targets(after).join()) throw differs('a link within the document', page);
}

// Narrower than what policy may keep: only of these can we say, without knowing policy, that nothing speaks against them.
const WRAPPED =
  /(?:^|\.)(?:safelinks\.protection\.outlook\.com|urldefense\.com|urldefense\.proofpoint\.com|cudasvc\.com|mimecast\.com|sharepoint\.com|1drv\.ms|onedrive\.live\.com)$/;
const PUBLIC_HOST = /^(?:[a-z\d_-]{1,63}\.)+[a-z]{2,24}$/;
const LOCAL_HOST =
  /\.(?:local|localdomain|lan|intern|internal|intra|intranet|corp|home|private|arpa|test|invalid|localhost)$/;

/** An http(s) address at a public name, without user, mail address, wrapper or personal store. */
export function isPlainlyPublic(link: string): boolean {
  if (link.length > 2000 || !/^https?:\/\//i.test(link) || !URL.canParse(link)) return false;
  if (/[@\s\\]|%40|%5c|file(?::|%3a)/i.test(link)) return false;
  if (/%25/.test(link) || KEYS.test(link)) return false;
  const host = new URL(link).hostname.toLowerCase();
  return PUBLIC_HOST.test(host) && !LOCAL_HOST.test(host) && !WRAPPED.test(host);
}

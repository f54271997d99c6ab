// Places that a published document must not name: files, shares, private networks, personal stores, and the mail
// scanners' addresses that carry the recipient's own. What is not plainly public is not kept.

/** What the target of a hyperlink is; the words are the last ones of the carriers' names. */
export type LinkKind = 'public' | 'anchor' | 'file' | 'intranet' | 'personal-share' | 'wrapped' | 'mail' | 'other';

const PRIVATE_TLD =
  /\.(?:local|localdomain|lan|intern|internal|intra|intranet|corp|home|private|arpa|test|invalid|example\.lan)$/;
const MAX_URL = 8192;
const MAX_TEXT = 8192;

/** Classifies the target of a hyperlink. Only 'public' and 'anchor' may be published without asking policy. */
export function classifyLink(untrusted: string): LinkKind {
  const target = untrusted.trim();
  if (target.startsWith('#')) return 'anchor';
  if (target.length > MAX_URL) return 'other';
  if (/^mailto:/i.test(target)) return 'mail';
  if (/^file:|^[a-z]:|^[\\/]{2}/i.test(target) || !/^[a-z][a-z0-9+.-]*:/i.test(target)) return 'file';
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return 'other';
  return classifyUrl(new URL(target), target);
}

function classifyUrl(url: URL, target: string): LinkKind {
  const host = url.hostname.toLowerCase();
  if (
    host.endsWith('.safelinks.protection.outlook.com') ||
    host === 'urldefense.com' ||
    host === 'urldefense.proofpoint.com'
  )
    return 'wrapped';
  if (
    host.endsWith('-my.sharepoint.com') ||
    host.endsWith('-my.sharepoint.us') ||
    host === 'onedrive.live.com' ||
    host === '1drv.ms'
  )
    return 'personal-share';
  if (host.endsWith('.sharepoint.com') && /^\/(?::\w:\/[a-z]\/)?personal\//.test(url.pathname)) return 'personal-share';
  if (url.username !== '' || url.password !== '') return 'other';
  if (!host.includes('.') || PRIVATE_TLD.test(host) || isPrivateAddress(host)) return 'intranet';
  return holdsAddress(target) ? 'other' : 'public';
}

function isPrivateAddress(host: string): boolean {
  if (host.startsWith('[')) return true;
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (!parts) return false;
  const [a, b] = [Number(parts[1]), Number(parts[2])];
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

function holdsAddress(target: string): boolean {
  return /[^\s/@:]@[^\s/@:]+\.[a-z]{2}|%40/i.test(target);
}

const PATH =
  /(?:\bfile:|(?<![a-z])[a-z]:[\\/]|\\\\[^\\\s]|(?:^|[\s"'(=])\/(?:users|home|volumes|mnt|var|tmp|private)\/|\\[^\\\s]+\\[^\\\s])/i;
const FILE_NAME =
  /[^\s\\/:*?"<>|]+\.(?:docx?|docm|dotx?|dotm|xlsx?|xlsm|pptx?|pdf|odt|rtf|txt|jpe?g|png|gif|bmp|tiff?|emf|wmf|svg|heic|webp|eps|psd|ai|vsdx?|msg|eml|zip|mp4|mov|mp3|wav)\b/i;
const WHOLE_FILE_NAME = new RegExp(
  `^[^\\\\/:*?"<>|]{1,200}?${FILE_NAME.source.slice(FILE_NAME.source.indexOf('\\.'))}$`,
  'i',
);

/** Whether the text names a place in a file system or on a share. */
export function namesPath(text: string): boolean {
  return PATH.test(text);
}

/** Whether the whole text is the name of a file. */
export function isFileName(text: string): boolean {
  return WHOLE_FILE_NAME.test(text.trim());
}

/**
 * The text without file names, and without everything from the first path on: nobody can tell where a path with
 * spaces ends. Public web addresses stay.
 */
export function withoutPaths(text: string): string {
  // Nobody writes so long a name or tip; and searching it could take long.
  if (text.length > MAX_TEXT || isFileName(text)) return '';
  const path = PATH.exec(text);
  const before = path ? text.slice(0, path.index) : text;
  const words = before
    .split(/(\s+)/)
    .map((word) => (FILE_NAME.test(word) && classifyLink(word) !== 'public' ? '' : word));
  const cleaned = words.join('');
  return cleaned === text ? text : cleaned.replace(/\s{2,}/g, ' ').trim();
}

/** Whether the text is a title that somebody gave: not a path, a file name or an address, nor what programs put there. */
export function isPublicTitle(text: string): boolean {
  return text !== '' && !/^(?:microsoft word - |untitled)/i.test(text) && !isPrivateText(text);
}

/** Whether the text holds a path, a file name or a mail address. */
export function isPrivateText(text: string): boolean {
  return withoutPaths(text) !== text || /[^\s@]@[^\s@]+\.[a-z]{2}/i.test(text);
}

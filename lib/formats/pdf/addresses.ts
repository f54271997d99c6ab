// Which addresses a published link may have: http(s) at a public name, without anything in it that speaks of a person.

export type AddressKind = 'public' | 'mail' | 'private';

// Wrappers carry the recipient's address; personal stores carry a user's name in the path.
const WRAPPERS =
  /(?:^|\.)(?:safelinks\.protection\.outlook\.com|urldefense\.com|urldefense\.proofpoint\.com|linkprotect\.cudasvc\.com|protect-\w+\.mimecast\.com)$/;
const PERSONAL_STORE = /(?:-my\.sharepoint\.com$)|(?:^(?:1drv\.ms|onedrive\.live\.com)$)/;
const LOCAL =
  /(?:^|\.)(?:local|localhost|localdomain|lan|internal|intern|intranet|intra|corp|home|private|home\.arpa|test|invalid)$/;
const MAIL = /[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+/i;
/** What lets somebody in, or says who came: keys of tokens, signatures and sessions, in a query, fragment or path. */
export const KEYS =
  /[?&#;](?:access_?token|auth|token|sig|signature|api_?key|session_?id|jsessionid|phpsessid|sid|jwt|password|passwd|pwd|ticket|otp)=[^&#;]{6}/i;
const LONGEST = 4000;

/** What kind of address the text of a link is. A relative one is private: it says how somebody's folders are named. */
export function kindOfAddress(untrusted: string): AddressKind {
  const address = untrusted.trim();
  if (/^mailto:/i.test(address)) return 'mail';
  // Viewers open these as web pages.
  const whole = /^www\.[a-z\d-]+\./i.test(address) ? `http://${address}` : address;
  if (!/^https?:\/\//i.test(whole) || whole.length > LONGEST || !URL.canParse(whole)) return 'private';
  const url = new URL(whole);
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (url.username !== '' || url.password !== '' || !isPublicHost(host)) return 'private';
  if (WRAPPERS.test(host) || PERSONAL_STORE.test(host)) return 'private';
  if (/sharepoint\.com$/.test(host) && /\/(?:personal|:[a-z]:\/p)\//i.test(url.pathname)) return 'private';
  // Escapes, and escapes of escapes, may hide an address or a path inside the address.
  const rest = safelyDecoded(safelyDecoded(`${url.pathname}${url.search}${url.hash}`));
  if (KEYS.test(rest)) return 'private';
  return MAIL.test(rest) || /file:|\\\\|[a-z]:\\/i.test(rest) ? 'private' : 'public';
}

function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicV6(host.slice(1, -1));
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)?.slice(1).map(Number);
  if (v4) return isPublicV4(v4);
  return host.includes('.') && !LOCAL.test(host);
}

function isPublicV4([a = 0, b = 0]: readonly number[]): boolean {
  // RFC 1918, 6598, 3927, 5735: private, shared, link-local, loopback, this host, multicast.
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  return !(
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

function isPublicV6(host: string): boolean {
  // 2000::/3 is what is routed; mapped addresses are not needed by any public link.
  return /^[23][\da-f]{3}:/i.test(host);
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

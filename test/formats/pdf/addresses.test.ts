import { describe, expect, it } from 'vitest';
import { kindOfAddress } from '../../../lib/formats/pdf/addresses.ts';

const rows: readonly (readonly [kind: string, address: string])[] = [
  ['public', 'https://www.example.org/regels'],
  ['public', 'http://example.org'],
  ['public', 'HTTPS://EXAMPLE.ORG/A?b=c#d'],
  ['public', 'www.example.org/regels'],
  ['public', 'https://93.184.216.34/'],
  ['public', 'https://[2606:2800:220:1::]/'],
  ['public', 'https://example.sharepoint.com/sites/openbaar/stuk.pdf'],
  ['mail', 'mailto:info@example.org'],
  ['mail', 'MAILTO:info@example.org?subject=x'],
  ['private', 'file:///C:/stuk.pdf'],
  ['private', '\\\\server\\map\\stuk.pdf'],
  ['private', 'stuk.pdf'],
  ['private', '../stuk.pdf'],
  ['private', 'https://intranet/stuk'],
  ['private', 'https://wiki.voorbeeld.local/'],
  ['private', 'https://localhost:8080/'],
  ['private', 'http://10.1.2.3/'],
  ['private', 'http://172.16.0.1/'],
  ['private', 'http://192.168.1.1/'],
  ['private', 'http://169.254.1.1/'],
  ['private', 'http://127.0.0.1/'],
  ['private', 'http://0x7f000001/'],
  ['private', 'http://[::1]/'],
  ['private', 'http://[fd00::1]/'],
  ['private', 'https://iemand:geheim@example.org/'],
  ['private', 'https://example.org/?van=iemand@example.org'],
  ['private', 'https://example.org/?van=iemand%40example.org'],
  ['private', 'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org&data=05'],
  ['private', 'https://urldefense.com/v3/__https://example.org__;!!x'],
  ['private', 'https://voorbeeld-my.sharepoint.com/personal/i_emand/stuk.docx'],
  ['private', 'https://voorbeeld.sharepoint.com/:w:/p/iemand/x'],
  ['private', 'https://example.org/open?bestand=C:\\Users\\iemand'],
  ['private', 'https://example.org/?van=iemand%2540example.org'],
  ['private', 'https://example.org/stuk?access_token=0123456789abcdef'],
  ['private', 'https://example.org/stuk?a=b&sig=0123456789abcdef'],
  ['private', 'https://example.org/stuk;jsessionid=0123456789abcdef'],
  ['public', 'https://example.org/stuk?sid=12&design=0123456789'],
  ['private', 'javascript:alert(1)'],
  ['private', 'data:text/html,x'],
  ['private', 'ftp://example.org/stuk'],
  ['private', 'tel:+31201234567'],
  ['private', ''],
  ['private', 'https://'],
  ['private', `https://example.org/${'a'.repeat(5000)}`],
];

describe('an address is', () => {
  it.each(rows)('%s: %s', (kind, address) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

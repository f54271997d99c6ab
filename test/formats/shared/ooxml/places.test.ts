import { describe, expect, test } from 'vitest';
import {
  classifyLink,
  isPrivateText,
  type LinkKind,
  withoutPaths,
} from '../../../../lib/formats/shared/ooxml/places.ts';

describe('links', () => {
  const rows: readonly (readonly [LinkKind, string])[] = [
    ['public', 'https://www.example.org/besluit?nummer=12'],
    ['public', 'http://example.org'],
    ['public', 'https://elzenveld.sharepoint.com/sites/openbaar/x'],
    ['anchor', '#_Toc1'],
    ['file', 'file:///C:/x'],
    ['file', 'C:\\x'],
    ['file', '\\\\server\\x'],
    ['file', '../bijlage.docx'],
    ['file', 'bijlage.docx'],
    ['mail', 'MAILTO:iemand@example.org'],
    ['intranet', 'http://intranet/x'],
    ['intranet', 'https://wiki.corp/x'],
    ['intranet', 'http://10.1.2.3/'],
    ['intranet', 'http://172.20.1.1/'],
    ['intranet', 'http://[fe80::1]/'],
    ['personal-share', 'https://elzenveld-my.sharepoint.com/:w:/g/personal/x'],
    ['personal-share', 'https://elzenveld.sharepoint.com/personal/x'],
    ['personal-share', 'https://1drv.ms/x'],
    ['wrapped', 'https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org'],
    ['other', 'javascript:alert(1)'],
    ['other', 'https://jan:geheim@example.org/'],
    ['other', 'https://example.org/afmelden?wie=jan@example.org'],
    ['other', 'ms-word:ofe|u|https://example.org'],
    ['public', 'http://172.40.1.1/'],
  ];
  test.each(rows)('%s: %s', (kind, target) => {
    expect(classifyLink(target)).toBe(kind);
  });
});

describe('texts', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['Een brug over het kanaal', 'Een brug over het kanaal'],
    ['C:\\Users\\x\\brug.jpg', ''],
    ['Afbeelding met brug. Bron: C:\\Users\\x y\\brug foto.jpg', 'Afbeelding met brug. Bron:'],
    ['Foto van\\\\server\\map', 'Foto van'],
    ['IMG_2041.JPG', ''],
    ['brug over kanaal.png', ''],
    ['Zie https://example.org/brug.png hier', 'Zie https://example.org/brug.png hier'],
    ['/home/x/brug', ''],
    ['en/of, 12/03/2024, 3:2', 'en/of, 12/03/2024, 3:2'],
  ];
  test.each(rows)('%s becomes %s', (text, cleaned) => {
    expect(withoutPaths(text)).toBe(cleaned);
  });

  test('mail addresses are private, sentences are not', () => {
    expect([isPrivateText('vraag het iemand@example.org'), isPrivateText('Vraag het aan de balie.')]).toEqual([
      true,
      false,
    ]);
  });
});

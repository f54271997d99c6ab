import { describe, expect, test } from 'vitest';
import { scanXml, splicer, unescaped } from '../../../lib/formats/shared/xml-scan.ts';

function tokens(xml: string): string[] {
  const scanner = scanXml(xml, 0, xml.length, 'part', 8);
  const seen: string[] = [];
  for (scanner.next(); scanner.kind !== 'end'; scanner.next()) {
    const about = scanner.kind === 'open' || scanner.kind === 'close' ? scanner.name : '';
    seen.push(`${scanner.kind} ${about}${xml.slice(scanner.start, scanner.end)}`);
  }
  return seen;
}

describe('the scanner', () => {
  test('says what stands where', () => {
    expect(tokens('<a x="1"><b/>t &amp; u<!-- c --></a>')).toEqual([
      'open a<a x="1">',
      'open b<b/>',
      'close b<b/>',
      'text t &amp; u',
      'aside <!-- c -->',
      'close a</a>',
    ]);
  });

  test('skips an element with everything in it', () => {
    const xml = '<a><b><c/><b>x</b></b><d/></a>';
    const scanner = scanXml(xml, 0, xml.length, 'part', 8);
    scanner.next();
    scanner.next();
    expect(xml.slice(scanner.start, scanner.skip())).toBe('<b><c/><b>x</b></b>');
    scanner.next();
    expect(scanner.name).toBe('d');
  });

  const broken = [
    '<a>',
    '</a>',
    '<a></b>',
    '<a></ab>',
    '<ab></a>',
    '<a x="1" x="2"/>',
    '<a x=1/>',
    '<a x="1"y="2"/>',
    '<a x="<"/>',
    '<a x="1/>',
    '<a>&x;</a>',
    '<a x="&"/>',
    '<a>]]></a>',
    '<a>\u0001</a>',
    '<1a/>',
    '< a/>',
    '<a/ >',
    '<!DOCTYPE a><a/>',
    '<a><!-- </a>',
  ];
  test.each(broken)('refuses %s', (xml) => expect(() => tokens(xml)).toThrow(/malformed/));

  test('refuses CDATA, and more depth than it may', () => {
    expect(() => tokens('<a><![CDATA[x]]></a>')).toThrow(/unsupported/);
    expect(() => tokens(`${'<a>'.repeat(9)}${'</a>'.repeat(9)}`)).toThrow(/limit/);
  });
});

test('splices keep what is between them', () => {
  const splices = splicer('0123456789', 1, 9);
  splices.replace(2, 4, 'x');
  splices.replace(3, 5, 'inside what was replaced');
  splices.replace(6, 6, '+');
  expect(splices.result()).toBe('1x45+678');
});

test('references stand for characters', () => {
  expect(unescaped('a &lt;&#65;&#x42;&amp;lt; \r\n')).toBe('a <AB&lt; \n');
});

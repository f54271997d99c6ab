import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../lib/core/refusal.ts';
import { attributeOf, type Element, elementsOf, parseXml, placeOf, textOf } from '../../../lib/formats/shared/xml.ts';
import { editXml, serialized } from '../../../lib/formats/shared/xml-edit.ts';

const LIMITS = { maxXmlDepth: 10 };
const parse = (xml: string | Buffer) => parseXml(Buffer.from(xml), 'deel', LIMITS);

const AWKWARD = `\ufeff<?xml version="1.0"?>\r\n<!-- c <a> --><?pi <?x?>\r\n<a b='1' c = "2>" xmlns:n="urn:n">t&amp;x\r\n<![CDATA[<![CDATA[<q>]]>y<!-- k -->z<n:d n:e="&lt;"/><e>ü𝄞</e ></a>\r\n`;

describe('positions', () => {
  test('every element stands where its tags are', () => {
    const { root, source } = parse(AWKWARD);
    const tags = [...elementsOf(root)].map(({ start, openEnd, closeStart, end }) => [
      source.slice(start, openEnd),
      source.slice(closeStart, end),
    ]);
    expect(tags).toEqual([
      [`<a b='1' c = "2>" xmlns:n="urn:n">`, '</a>'],
      ['<n:d n:e="&lt;"/>', ''],
      ['<e>', '</e >'],
    ]);
  });

  test('every attribute, comment and instruction stands where it is written', () => {
    const { root, source, comments, instructions } = parse(AWKWARD);
    const places = [...elementsOf(root)].flatMap((element) =>
      element.attributes.map((attribute) => placeOf(source, element, attribute)),
    );
    expect(places.map(({ valueStart, valueEnd }) => source.slice(valueStart, valueEnd))).toEqual([
      '1',
      '2>',
      'urn:n',
      '&lt;',
    ]);
    expect([...comments, ...instructions].map(({ start, end }) => source.slice(start, end))).toEqual([
      '<!-- c <a> -->',
      '<!-- k -->',
      '<?pi <?x?>',
    ]);
  });

  test('texts are read whole and in order, whatever is between them', () => {
    const { root } = parse(AWKWARD);
    expect(textOf(root)).toBe('t&x\n<![CDATA[<q>yzü𝄞');
    expect(attributeOf(root.children[0] ?? root, 'urn:n', 'e')).toBe('<');
  });
});

describe('edits', () => {
  const edited = (edit: (edits: ReturnType<typeof editXml>, root: Element) => void, xml = AWKWARD) => {
    const document = parse(xml);
    const edits = editXml(document);
    edit(edits, document.root);
    return edits.apply();
  };
  const first = (root: Element) => root.children[0] ?? root;
  const last = (root: Element) => root.children.at(-1) ?? root;

  const rows: readonly (readonly [string, Parameters<typeof edited>[0], string, string])[] = [
    ['removes an element', (edits, root) => edits.removeElement(last(root)), '<e>ü𝄞</e >', ''],
    ['unwraps an element', (edits, root) => edits.unwrap(last(root)), '<e>ü𝄞</e >', 'ü𝄞'],
    ['unwraps an empty element', (edits, root) => edits.unwrap(first(root)), '<n:d n:e="&lt;"/>', ''],
    ['renames an element', (edits, root) => edits.rename(last(root), 'n:f'), '<e>ü𝄞</e >', '<n:f>ü𝄞</n:f >'],
    [
      'removes an attribute',
      (edits, root) => edits.removeAttribute(root, root.attributes[1] ?? expect.fail('none')),
      ' c = "2>"',
      '',
    ],
    [
      'sets an attribute',
      (edits, root) => edits.setAttribute(root, root.attributes[0] ?? expect.fail('none'), `"<'`),
      `'1'`,
      `"&quot;&lt;'"`,
    ],
  ];
  test.each(rows)('%s and leaves every other byte', (_, edit, before, after) => {
    expect(edited(edit)).toBe(AWKWARD.replace(before, () => after));
  });

  test('an outer removal swallows the edits inside it', () => {
    const both = edited((edits, root) => {
      edits.removeAttribute(first(root), first(root).attributes[0] ?? expect.fail('none'));
      edits.removeElement(first(root));
      edits.unwrap(root);
    }, '<a>1<b c="d"/>2</a>');
    expect(both).toBe('12');
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be'] as const)('gives back the same bytes in %s', (encoding) => {
    const wide = Buffer.from('\ufeff<a>ü𝄞</a>', 'utf16le');
    const bytes =
      encoding === 'utf-8' ? Buffer.from('\ufeff<a>ü𝄞</a>') : encoding === 'utf-16le' ? wide : wide.swap16();
    const document = parse(bytes);
    expect(document.encoding).toBe(encoding);
    expect(serialized(document).equals(bytes)).toBe(true);
  });
});

describe('what is refused', () => {
  const rows: readonly (readonly [string, string, string | Buffer])[] = [
    ['a DOCTYPE', 'malformed', '<!DOCTYPE a><a/>'],
    ['an undeclared entity', 'malformed', '<a>&b;</a>'],
    ['tags that do not match', 'malformed', '<a><b></a></b>'],
    ['an attribute twice', 'malformed', '<a b="1" b="2"/>'],
    ['an attribute twice under two prefixes', 'malformed', '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>'],
    ['an undeclared prefix', 'malformed', '<x:a/>'],
    ['text after the end', 'malformed', '<a/>b'],
    ['nothing', 'malformed', ''],
    ['bytes that are not UTF-8', 'malformed', Buffer.from([0x3c, 0x61, 0x2f, 0x3e, 0xff])],
    ['XML 1.1', 'malformed', '<?xml version="1.1"?><a/>'],
    ['an encoding that it does not have', 'unsupported', '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'],
    ['nesting', 'limit', '<a>'.repeat(11) + '</a>'.repeat(11)],
  ];
  test.each(rows)('%s is %s', (_, reason, xml) => {
    expect(() => parse(xml)).toThrow(expect.objectContaining({ reason }));
  });

  test('what is at fault is a Refusal that holds nothing of the document', () => {
    const caught = (() => {
      try {
        return parse('<geheim><naam></geheim>');
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(Refusal);
    expect(String(caught)).not.toMatch(/geheim|naam/);
  });
});

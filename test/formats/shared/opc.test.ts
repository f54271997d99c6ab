import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../lib/core/limits.ts';
import {
  type Kept,
  readContentTypes,
  readRelationships,
  relationshipsOf,
  writeContentTypes,
  writeRelationships,
} from '../../../lib/formats/shared/opc.ts';

const relationships = (lines: string, part = 'word/document.xml') =>
  readRelationships(
    Buffer.from(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${lines}</Relationships>`,
    ),
    part,
    'deel',
    LIMITS,
  );

describe('relationships', () => {
  const targets: readonly (readonly [string, string | undefined])[] = [
    ['media/image1.png', 'word/media/image1.png'],
    ['../docProps/core.xml', 'docProps/core.xml'],
    ['/word/styles.xml', 'word/styles.xml'],
    ['./a%20b.xml#x', 'word/a b.xml'],
    ['../../buiten.xml', undefined],
    ['http://example.org/x', undefined],
    ['//server/x', undefined],
    ['..\\x', undefined],
  ];
  test.each(targets)('%s leads to %s', (target, member) => {
    expect(relationships(`<Relationship Id="a" Type="t" Target="${target}"/>`)[0]?.member).toBe(member);
  });

  test('are written as they are read', () => {
    const kept: Kept[] = [
      { id: 'rId1', type: 'urn:t', target: 'word/media/a&b.png', external: false },
      { id: 'rId2', type: 'urn:t', target: 'docProps/core.xml', external: false },
      { id: 'rId3', type: 'urn:t', target: 'https://example.org/?a=1&b="2"', external: true },
    ];
    const read = readRelationships(writeRelationships('word/document.xml', kept), 'word/document.xml', 'deel', LIMITS);
    expect(
      read.map(({ id, type, target, member, external }) => ({ id, type, target: member ?? target, external })),
    ).toEqual(kept);
  });

  test('are refused where two have one id', () => {
    const one = '<Relationship Id="a" Type="t" Target="x"/>';
    expect(() => relationships(one + one)).toThrow('two relationships have one id');
  });

  test('stand beside their part', () => {
    expect([relationshipsOf(''), relationshipsOf('word/document.xml')]).toEqual([
      '_rels/.rels',
      'word/_rels/document.xml.rels',
    ]);
  });
});

describe('content types', () => {
  test('are written so that every part has its own', () => {
    const types = new Map([
      ['word/document.xml', 'application/a+xml'],
      ['word/media/image1.png', 'image/png'],
      ['word/embeddings/a.docx', 'application/b'],
      ['word/embeddings/b.docx', 'application/c'],
    ]);
    const read = readContentTypes(writeContentTypes(types), LIMITS);
    expect([...types.keys()].map((name) => [name, read.of(name)])).toEqual([...types]);
    expect(read.of('WORD/Document.XML')).toBe('application/a+xml');
    expect(read.of('word/novelty.bin')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { readPacket, writePacket } from '../../../lib/formats/pdf/xmp.ts';

const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"';
const read = (inner: string, namespaces = '') =>
  readPacket(
    Buffer.from(`<rdf:RDF ${RDF} ${namespaces}><rdf:Description rdf:about="">${inner}</rdf:Description></rdf:RDF>`),
  );

describe('a packet is read for', () => {
  it('the default title, and the others as things to remove', () => {
    const titles =
      '<dc:title><rdf:Alt><rdf:li xml:lang="en">Letter</rdf:li><rdf:li xml:lang="x-default">Brief</rdf:li></rdf:Alt></dc:title>';
    expect(read(titles)).toMatchObject({ title: 'Brief', others: ['Letter'] });
  });

  it('language and conformance, as elements or attributes', () => {
    const id = 'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"';
    const language = '<dc:language><rdf:Bag><rdf:li>nl-NL</rdf:li></rdf:Bag></dc:language>';
    const claims = [
      { space: 'pdfaid', key: 'part', value: '2' },
      { space: 'pdfaid', key: 'conformance', value: 'U' },
    ];
    expect(read(`${language}<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>`, id)).toMatchObject(
      { language: 'nl-NL', claims, others: [] },
    );
    const attributes = `<rdf:RDF ${RDF} ${id}><rdf:Description pdfaid:part="2" pdfaid:conformance="U"/></rdf:RDF>`;
    expect(readPacket(Buffer.from(attributes)).claims).toEqual(claims);
  });

  it('nothing that is no conformance', () => {
    const { claims, others } = read(
      '<pdfaid:part>Wietske Zandkamp</pdfaid:part>',
      'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"',
    );
    expect(claims).toEqual([]);
    expect(others).toEqual([]);
  });

  it('every other text, in elements, attributes and comments', () => {
    const { others } = read(
      '<dc:creator><rdf:Seq><rdf:li>Wietske Zandkamp</rdf:li></rdf:Seq></dc:creator><!-- door Hoekzema --><x:a x:b="Bron &amp; map"/>',
      'xmlns:x="http://example.org/eigen/"',
    );
    expect(others).toEqual(expect.arrayContaining(['Wietske Zandkamp', 'door Hoekzema', 'Bron & map']));
  });

  it('its texts even where it is no XML', () => {
    const packet = readPacket(Buffer.from('<rdf:RDF><dc:creator>Wietske Zandkamp</wrong>'));
    expect(packet).toMatchObject({ title: undefined, claims: [] });
    expect(packet.others).toContain('Wietske Zandkamp');
  });

  it('nothing from entities', () => {
    expect(readPacket(Buffer.from(`<!DOCTYPE a [<!ENTITY b "Brief">]><a>&b;</a>`)).title).toBeUndefined();
  });
});

describe('a packet that is written', () => {
  const facts = {
    title: 'Brief <&> \ud83d\ude00',
    language: 'nl',
    claims: [{ space: 'pdfuaid', key: 'part', value: '1' }],
  } as const;

  it('is read as the same facts, with nothing besides', () => {
    expect(readPacket(writePacket(facts) ?? new Uint8Array())).toEqual({ ...facts, others: [] });
  });

  it('is none where there is nothing to say', () => {
    expect(writePacket({ title: undefined, language: undefined, claims: [] })).toBeUndefined();
  });
});

// Carriers of attached files, forms and signatures (ISO 32000-2 7.11, 12.3.5, 12.7, 12.8, 13.7, 14.13).

import { addField } from '../base.ts';
import type { CarrierClass } from '../carrier-class.ts';
import { addName, addResource, type Draft, drawing, literal, type Reference, silent, words } from '../draft.ts';

function embedded(draft: Draft, text: string): Reference {
  return draft.add({ dict: '/Type/EmbeddedFile/Subtype/text#2Fplain', data: text, deflate: true });
}

function fileOf(draft: Draft, text: string, name = 'bijlage.txt', more = ''): Reference {
  const names = `/F${literal(name)}/UF${literal(name)}`;
  return draft.add(`<</Type/Filespec${names}${more}/EF<</F ${embedded(draft, text)}>>>>`);
}

export const fileClasses: readonly CarrierClass[] = [
  {
    id: 'attachment.content',
    says: 'attached file and its key (7.7.4, 7.11.4)',
    carriers: ['pdf.attachment'],
    plant(draft, mark) {
      addName(draft, 'EmbeddedFiles', mark(), fileOf(draft, mark()));
    },
  },
  {
    id: 'attachment.name',
    says: 'name and description of an attached file (7.11.3)',
    carriers: ['pdf.attachment'],
    plant(draft, mark) {
      const more = `/Desc${literal(mark())}/DOS${literal(mark())}/Unix${literal(mark())}`;
      addName(draft, 'EmbeddedFiles', 'bijlage 2', fileOf(draft, 'niets', `${mark()}.txt`, more));
    },
  },
  {
    id: 'attachment.associated',
    says: 'file that belongs to the document and to a page (14.13)',
    carriers: ['pdf.attachment'],
    plant(draft, mark) {
      draft.catalog.push(`/AF[${fileOf(draft, mark(), 'bron.txt', '/AFRelationship/Source')}]`);
      draft.second.entries.push(`/AF[${fileOf(draft, mark(), 'data.txt', '/AFRelationship/Data')}]`);
    },
  },
  {
    id: 'attachment.annotation',
    says: 'author and text of a file attachment annotation (12.5.6.15)',
    carriers: ['pdf.attachment'],
    plant(draft, mark) {
      const file = fileOf(draft, mark());
      const entries = `/FS ${file}/T${literal(mark())}/Contents${literal(mark())}`;
      draft.first.annotations.push(silent(draft, 'FileAttachment', entries));
    },
  },
  {
    id: 'rich-media',
    says: 'assets of rich media (13.7)',
    carriers: ['pdf.annotation.media'],
    plant(draft, mark) {
      const name = `${mark()}.swf`;
      const assets = `/Assets<</Names[${literal(name)}${fileOf(draft, mark(), name)}]>>`;
      const content = `/RichMediaContent<<${assets}/Configurations[<</Name${literal(mark())}>>]>>`;
      draft.first.annotations.push(silent(draft, 'RichMedia', content));
    },
  },
  {
    id: 'collection',
    says: 'fields of a portfolio (12.3.5)',
    carriers: ['pdf.attachment', 'pdf.attachment.detail'],
    plant(draft, mark) {
      addName(draft, 'EmbeddedFiles', 'stuk', fileOf(draft, 'niets', 'stuk.txt', `/CI<</Veld${literal(mark())}>>`));
      const schema = `/Schema<</Veld<</Type/CollectionField/Subtype/S/N${literal(mark())}>>>>`;
      draft.catalog.push(`/Collection<</Type/Collection/View/H${schema}>>`);
    },
  },
  {
    id: 'external',
    says: "reference XObject and print server's file (8.10.4, 14.11.7)",
    carriers: ['pdf.stream.external'],
    plant(draft, mark) {
      const one = drawing(draft, '0 0 m', `/Ref<</F${literal(`${mark()}.pdf`)}/Page 0/ID[${literal(mark())}(x)]>>`);
      const other = drawing(draft, '0 0 m', `/OPI<</1.3<</Version 1.3/F${literal(`${mark()}.tif`)}>>>>`);
      addResource(draft.first, 'XObject', `/Ref1 ${one}/Opi1 ${other}`);
      draft.first.content.push('/Ref1 Do /Opi1 Do');
    },
  },
];

export const formClasses: readonly CarrierClass[] = [
  {
    id: 'field.name',
    says: 'names of a form field (12.7.4.1)',
    carriers: ['pdf.form.field'],
    plant(draft, mark) {
      const names = `/T${literal(mark())}/TU${literal(mark())}/TM${literal(mark())}`;
      addField(draft, `/FT/Tx${names}/V(Ja)`, `/Rect[72 340 192 360]/AP<</N ${words(draft, 'Ja')}>>`);
    },
  },
  {
    id: 'field.default',
    says: 'default value of a form field (12.7.4.1)',
    carriers: ['pdf.form.field'],
    plant(draft, mark) {
      addField(draft, `/FT/Tx/T(a)/V(Ja)/DV${literal(mark())}`, `/Rect[72 320 192 340]/AP<</N ${words(draft, 'Ja')}>>`);
    },
  },
  {
    id: 'field.hidden',
    says: 'value of a form field that is not shown (12.5.3, 12.7.4.1)',
    carriers: ['pdf.form.field', 'pdf.annotation.hidden'],
    plant(draft, mark) {
      const shown = words(draft, mark());
      const field = draft.add(
        `<</Type/Annot/Subtype/Widget/F 2/Rect[300 340 420 360]/FT/Tx/T(b)/V${literal(mark())}/AP<</N ${shown}>>>>`,
      );
      draft.fields.push(field);
      draft.first.annotations.push(field);
    },
  },
  {
    id: 'xfa',
    says: 'XFA form with its data (annex K)',
    carriers: ['pdf.xfa'],
    plant(draft, mark) {
      const part = (text: string) => draft.add({ data: text, deflate: true });
      const data = `<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><f><n>${mark()}</n></f></xfa:data></xfa:datasets>`;
      draft.form.push(`/XFA[(template)${part(`<template><!--${mark()}--></template>`)}(datasets)${part(data)}]`);
    },
  },
  {
    id: 'field.appearance-text',
    says: 'default appearance and captions of a button (12.5.6.19, 12.7.4.3)',
    carriers: ['pdf.form.field'],
    plant(draft, mark) {
      const captions = `/MK<</CA${literal(mark())}/RC${literal(mark())}/AC${literal(mark())}>>`;
      const shown = words(draft, 'Knop');
      addField(
        draft,
        `/FT/Btn/Ff 65536/T(c)/DA(/${mark()} 9 Tf)`,
        `/Rect[72 290 192 310]${captions}/AP<</N ${shown}>>`,
      );
    },
  },
  {
    id: 'signature.reason',
    says: 'name, reason, place and contact of a signature (12.8.1)',
    carriers: ['pdf.signature'],
    plant(draft, mark) {
      const about = ['Name', 'Reason', 'Location', 'ContactInfo'].map((key) => `/${key}${literal(mark())}`).join('');
      sign(draft, `${about}/Contents<00>`);
    },
  },
  {
    id: 'signature.certificate',
    says: 'certificate and building program of a signature (12.8.1, 12.8.3)',
    carriers: ['pdf.signature'],
    plant(draft, mark) {
      const hex = Buffer.from(`0 CN=${mark()}`, 'latin1').toString('hex');
      const build = `/Prop_Build<</App<</Name/${mark()}/OS[/Win]>>>>/Cert${literal(mark())}`;
      sign(draft, `/Contents<${hex}>${build}`);
    },
  },
  {
    id: 'signature.dss',
    says: 'certificates for long-term validation (12.8.4.3)',
    carriers: ['pdf.signature'],
    plant(draft, mark) {
      const proof = (text: string) => draft.add({ data: `CN=${text}`, deflate: true });
      const certificates = `/Certs[${proof(mark())}]/OCSPs[${proof(mark())}]/CRLs[${proof(mark())}]`;
      draft.catalog.push(`/DSS<</Type/DSS${certificates}/VRI<</${mark()}<<>>>>>>`);
    },
  },
];

function sign(draft: Draft, entries: string): void {
  const value = `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 1 2 3]${entries}>>`;
  const name = `Handtekening${draft.fields.length}`;
  const shown = words(draft, 'Getekend');
  const at = 200 + draft.fields.length * 4;
  addField(draft, `/FT/Sig/T(${name})/V ${draft.add(value)}`, `/Rect[300 ${at} 420 ${at + 20}]/AP<</N ${shown}>>`);
}

export const furtherFilesAndForms: readonly CarrierClass[] = [
  {
    id: 'attachment.parameters',
    says: 'resource fork, checksum and encrypted payload of a file (7.11.4)',
    carriers: ['pdf.attachment'],
    plant(draft, mark) {
      const fork = draft.add({ data: mark() });
      const parameters = `/Params<</CheckSum${literal(mark())}/Mac<</ResFork ${fork}>>>>`;
      const stream = draft.add({ dict: `/Type/EmbeddedFile${parameters}`, data: 'niets' });
      addName(draft, 'EmbeddedFiles', 'vork', `<</Type/Filespec/F(vork)/EF<</F ${stream}>>/EP<</Subtype/${mark()}>>>>`);
    },
  },
  {
    id: 'field.options',
    says: 'options, rich value, barcode and style of form fields (12.7.5)',
    carriers: ['pdf.form.field'],
    plant(draft, mark) {
      const options = `/Opt[[${literal(mark())}(Ja)]${literal(mark())}]/DS${literal(mark())}`;
      const code = `/PMD<</Symbology/QRCode/Caption${literal(mark())}>>/RV${literal(`<p>${mark()}</p>`)}`;
      addField(draft, `/FT/Ch/T(d)/V(Ja)${options}${code}`, `/Rect[72 270 192 290]/AP<</N ${words(draft, 'Ja')}>>`);
    },
  },
  {
    id: 'field.locked',
    says: 'lock and seed values of a signature field (12.7.5.5)',
    carriers: ['pdf.form.field', 'pdf.signature'],
    plant(draft, mark) {
      const seed = `/SV<</Type/SV/Reasons[${literal(mark())}]/Cert<</Type/SVCert/URL${literal(`http://intranet/${mark()}`)}>>>>`;
      const lock = `/Lock<</Type/SigFieldLock/Action/Include/Fields[${literal(mark())}]>>`;
      addField(draft, `/FT/Sig/T(e)${seed}${lock}`, '/Rect[0 0 0 0]');
    },
  },
  {
    id: 'permissions',
    says: 'certification and usage rights (12.8.6)',
    carriers: ['pdf.signature'],
    plant(draft, mark) {
      const rights = draft.add(
        `<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>/Name${literal(mark())}/Reference[<</Type/SigRef/TransformMethod/UR3/TransformParams<</Type/TransformParams/Msg${literal(mark())}>>>>]>>`,
      );
      draft.catalog.push(`/Perms<</UR3 ${rights}>>`);
    },
  },
];

// Carriers of actions and of what they lead to (ISO 32000-2 12.3.2, 12.6, 12.7.6).

import { addField } from '../base.ts';
import type { CarrierClass } from '../carrier-class.ts';
import { addName, type Draft, literal, pathOf, silent, utf16 } from '../draft.ts';

const script = (mark: string) => `<</S/JavaScript/JS${literal(`app.alert("${mark}")`)}>>`;

/** A link without a frame, at a place of its own. */
function link(draft: Draft, entries: string): void {
  const left = 72 + draft.second.annotations.length * 6;
  draft.second.annotations.push(
    draft.add(`<</Type/Annot/Subtype/Link/Rect[${left} 60 ${left + 5} 70]/Border[0 0 0]/F 4${entries}>>`),
  );
}

export const actionClasses: readonly CarrierClass[] = [
  {
    id: 'uri.file',
    says: 'link to a file by its path (12.6.4.8)',
    carriers: ['pdf.link.private'],
    plant(draft, mark) {
      link(draft, `/A<</S/URI/URI(file:///C:/Users/${mark()}/brief.docx)>>`);
    },
  },
  {
    id: 'launch',
    says: 'action that starts a program (12.6.4.6)',
    carriers: ['pdf.action.launch'],
    plant(draft, mark) {
      link(
        draft,
        `/A<</S/Launch/F${literal(`${mark()}.exe`)}/Win<</F${literal(`${mark()}.exe`)}/P${literal(mark())}>>>>`,
      );
    },
  },
  {
    id: 'remote',
    says: 'action that opens another document on a server (12.6.4.3)',
    carriers: ['pdf.action.remote'],
    plant(draft, mark) {
      link(draft, `/A<</S/GoToR/F${literal(`\\\\server\\${mark()}\\brief.pdf`)}/D[0/Fit]>>`);
    },
  },
  {
    id: 'link.previous',
    says: 'address that a link had before it was captured (12.5.6.5)',
    carriers: ['pdf.key.private', 'pdf.webcapture', 'pdf.link.private', 'pdf.action.other'],
    plant(draft, mark) {
      link(draft, `/Dest(toelichting)/PA<</S/URI/URI(http://intranet/${mark()})>>`);
    },
  },
  {
    id: 'submit',
    says: 'address that a form is sent to (12.7.6.2)',
    carriers: ['pdf.action.submit'],
    plant(draft, mark) {
      const action = `/A<</S/SubmitForm/F<</FS/URL/F(https://forms.example.org/${mark()})>>>>`;
      addField(draft, '/FT/Btn/Ff 65536/T(verzend)', `/Rect[500 380 510 390]${action}`);
    },
  },
  {
    id: 'uri.base',
    says: "base of the document's addresses (12.6.4.8)",
    carriers: ['pdf.link.private', 'pdf.key.private', 'pdf.action.other', 'pdf.webcapture'],
    plant({ catalog }, mark) {
      catalog.push(`/URI<</Base(http://intranet/${mark()}/)>>`);
    },
  },
  {
    id: 'destination.name',
    says: 'path in the name of a destination (12.3.2.4)',
    carriers: ['pdf.destination.name'],
    plant(draft, mark) {
      const name = pathOf(mark());
      addName(draft, 'Dests', name, `[${draft.second.reference}/Fit]`);
      link(draft, `/Dest${literal(name)}`);
    },
  },
  {
    id: 'javascript.names',
    says: 'scripts of the document, by name (12.6.4.17)',
    carriers: ['pdf.action.javascript'],
    plant(draft, mark) {
      addName(draft, 'JavaScript', mark(), script(mark()));
    },
  },
  {
    id: 'javascript.open',
    says: 'script that runs on opening (7.7.2)',
    carriers: ['pdf.action.javascript'],
    plant({ catalog }, mark) {
      catalog.push(`/OpenAction${script(mark())}`);
    },
  },
  {
    id: 'action.next',
    says: 'script behind an allowed action (12.6.2)',
    carriers: ['pdf.action.javascript', 'pdf.action.other'],
    plant(draft, mark) {
      const [one, other] = [script(mark()), script(mark())];
      link(draft, `/A<</S/GoTo/D(toelichting)/Next[${one}<</S/GoTo/D(toelichting)/Next${other}>>]>>`);
    },
  },
  {
    id: 'action.catalog',
    says: 'additional actions of the document (12.6.3)',
    carriers: ['pdf.action.javascript', 'pdf.action.other'],
    plant({ catalog }, mark) {
      catalog.push(`/AA<</WC${script(mark())}/DP${script(mark())}>>`);
    },
  },
  {
    id: 'action.page',
    says: 'additional actions of a page (12.6.3)',
    carriers: ['pdf.action.javascript', 'pdf.action.other'],
    plant({ first }, mark) {
      first.entries.push(`/AA<</O${script(mark())}/C${script(mark())}>>`);
    },
  },
  {
    id: 'action.field',
    says: 'additional actions of a form field and of its child (12.6.3)',
    carriers: ['pdf.action.javascript', 'pdf.action.other', 'pdf.form.field'],
    plant(draft, mark) {
      const parent = draft.reserve();
      const child = draft.add(
        `<</Type/Annot/Subtype/Widget/F 4/Rect[500 400 510 410]/Parent ${parent}/T(kind)/AA<</K${script(mark())}>>>>`,
      );
      draft.set(parent, `<</FT/Tx/T(groep)/Kids[${child}]/AA<</C${script(mark())}>>>>`);
      draft.fields.push(parent);
      draft.first.annotations.push(child);
      draft.form.push(`/CO[${parent}]`);
    },
  },
  {
    id: 'action.annotation',
    says: 'additional actions of an annotation, script of a rendition (12.6.3, 12.6.4.14)',
    carriers: ['pdf.action.javascript', 'pdf.action.other', 'pdf.annotation.media'],
    plant(draft, mark) {
      const clip = `<</S/MCD/N${literal(mark())}/D<</Type/Filespec/F${literal(`${mark()}.mp4`)}>>>>`;
      const rendition = `<</S/Rendition/OP 0/R<</S/MR/N${literal(mark())}/C${clip}>>/JS${literal(mark())}>>`;
      draft.first.annotations.push(silent(draft, 'Screen', `/A${rendition}/AA<</PO${script(mark())}>>`));
    },
  },
  {
    id: 'requirements',
    says: 'script of a requirement (12.11)',
    carriers: ['pdf.action.other', 'pdf.action.javascript'],
    plant({ catalog }, mark) {
      catalog.push(`/Requirements[<</Type/Requirement/S/EnableJavaScripts/RH<</S/JS/Script${literal(mark())}>>>>]`);
    },
  },
  {
    id: 'three-d',
    says: 'three-dimensional artwork and its script (13.6)',
    carriers: ['pdf.annotation.media'],
    plant(draft, mark) {
      const code = draft.add({ data: mark(), deflate: true });
      const art = draft.add({
        dict: `/Type/3D/Subtype/U3D/OnInstantiate ${code}`,
        data: `U3D ${mark()}`,
        deflate: true,
      });
      draft.first.annotations.push(silent(draft, '3D', `/3DD ${art}/3DV<</XN${literal(mark())}/MS/M>>`));
    },
  },
];

export const furtherActions: readonly CarrierClass[] = [
  {
    id: 'javascript.forms-of-writing',
    says: 'scripts as a stream, in hexadecimal digits, in UTF-16 (12.6.4.17)',
    carriers: ['pdf.action.javascript'],
    plant(draft, mark) {
      const stream = draft.add({ data: `app.alert("${mark()}")`, deflate: true });
      link(draft, `/A<</S/JavaScript/JS ${stream}>>`);
      link(draft, `/A<</S/JavaScript/JS<${Buffer.from(mark(), 'latin1').toString('hex')}>>>`);
      link(draft, `/A<</S/JavaScript/JS${utf16(mark())}>>`);
    },
  },
  {
    id: 'uri.private',
    says: 'links to a mailbox, an internal host, a personal folder, a wrapper with the recipient (12.6.4.8)',
    carriers: ['pdf.link.private', 'pdf.link.mail'],
    plant(draft, mark) {
      for (const address of [
        `mailto:${mark()}@example.org`,
        `http://intranet/${mark()}`,
        `http://192.168.4.7/${mark()}`,
        `https://example-my.sharepoint.com/personal/${mark()}_example_org/Documents/brief.docx`,
        `https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org&data=05%7C01%7C${mark()}%40example.org`,
      ])
        link(draft, `/A<</S/URI/URI${literal(address)}>>`);
    },
  },
  {
    id: 'action.rare',
    says: 'actions that import data, hide, switch layers, read threads, play, open embedded files (12.6.4)',
    carriers: ['pdf.action.other', 'pdf.action.submit', 'pdf.action.remote'],
    plant(draft, mark) {
      for (const action of [
        `/S/ImportData/F${literal(`${mark()}.fdf`)}`,
        `/S/Hide/T${literal(mark())}`,
        `/S/ResetForm/Fields[${literal(mark())}]`,
        `/S/Thread/F${literal(`${mark()}.pdf`)}/D 0`,
        `/S/Movie/T${literal(mark())}`,
        `/S/GoToE/F${literal(`${mark()}.pdf`)}/D[0/Fit]/T<</R/C/N${literal(mark())}>>`,
        `/S/GoTo3DView/V${literal(mark())}`,
        `/S/RichMediaExecute/CMD<</C${literal(mark())}>>`,
        `/S/Named/N/${mark()}`,
        `/S/${mark()}`,
      ])
        link(draft, `/A<<${action}>>`);
    },
  },
  {
    id: 'bookmark.action',
    says: 'actions of bookmarks (12.3.3)',
    carriers: ['pdf.action.javascript', 'pdf.link.private', 'pdf.action.remote', 'pdf.key.private'],
    plant({ bookmarks }, mark) {
      bookmarks.push(
        `/Title(Naar buiten)/A<</S/GoToR/F${literal(`${mark()}.pdf`)}/D[0/Fit]>>`,
        `/Title(Naar binnen)/Dest(toelichting)/AA<</D${script(mark())}>>`,
      );
    },
  },
];

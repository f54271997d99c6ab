import { afterAll, describe, expect, it } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { carriersOf } from '../../../lib/core/sanitize.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { pdfFile } from '../../support/pdf-file.ts';
import { letterPdf, withRevision } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

async function placesIn(bytes: Uint8Array): Promise<readonly string[]> {
  const policy = policyFor();
  const findings = collectFindings(carriersOf(workshop.formats), policy);
  await pdf.sanitize(bytes, {
    ...workshop,
    policy,
    limits: LIMITS,
    found: findings.found,
    embedded: async () => ({ outcome: 'refused' }),
  });
  return findings.list().map(({ carrier, at }) => `${carrier} ${at}`);
}

// The catalog comes last, and a free number lies between: qpdf would number them otherwise.
const objects = [
  '<</Author(Wietske Zandkamp)/Producer(Zandkamp Writer)/Kostenplaats(Afdeling Hoekzema)>>',
  {
    dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]/PieceInfo<</X<</Private(Bron van Zandkamp)>>>>',
    data: 'endstream',
  },
  '<</Type/Page/Parent 5 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</Fm1 2 0 R>>>>/Contents 7 0 R>>',
  '<</Losse(Losse notitie van Hoekzema)>>',
  '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  '<</Type/Catalog/Pages 5 0 R/PieceInfo<</X<</Private(Bron van Hoekzema)>>>>>>',
  { data: '/Fm1 Do' },
];

describe('places are those of the original', () => {
  it('with the numbers that its objects have there', async () => {
    const places = await placesIn(pdfFile(objects, '/Root 6 0 R/Info 1 0 R'));
    expect(places).toEqual(
      expect.arrayContaining([
        'pdf.info.author trailer/Info/object 1/Author',
        'pdf.info.other trailer/Info/object 1/Producer',
        'pdf.info.other trailer/Info/object 1/own key 1',
        'pdf.pieceinfo page 1/object 2',
        'pdf.unreferenced object 4',
      ]),
    );
    expect(places.filter((place) => place.startsWith('pdf.unreferenced'))).toHaveLength(1);
  });

  it('whatever a stream says of numbers', async () => {
    const lies = objects.with(1, {
      dict: '/Type/XObject/Subtype/Form/BBox[0 0 9 9]/PieceInfo<</X<</Private(Bron van Zandkamp)>>>>',
      data: '\n%% Original object ID: 99 0\n2 0 obj\n<<>>\nendstream\nendobj\n',
    });
    expect(await placesIn(pdfFile(lies, '/Root 6 0 R/Info 1 0 R'))).toContain('pdf.pieceinfo page 1/object 2');
  });

  it('with the end of every older revision', async () => {
    const first = letterPdf();
    const second = withRevision(first, new Map([[90, '(een)']]), '/Size 91/Root 1 0 R');
    const third = withRevision(second, new Map([[91, '(twee)']]), '/Size 92/Root 1 0 R');
    expect(await placesIn(third)).toEqual(
      expect.arrayContaining([
        `pdf.revision.old revision 1/byte ${first.lastIndexOf('%%EOF') + 5}`,
        `pdf.revision.old revision 2/byte ${second.lastIndexOf('%%EOF') + 5}`,
      ]),
    );
  });
});

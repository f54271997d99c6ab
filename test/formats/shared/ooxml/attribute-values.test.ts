import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../../lib/core/limits.ts';
import { mayStay } from '../../../../lib/formats/shared/ooxml/attribute-values.ts';
import { parseXml } from '../../../../lib/formats/shared/xml.ts';
import { DECLARED } from '../../../support/docx-file.ts';

/** The attribute, written with its prefix, on an element of the snippet. */
function stays(snippet: string, name: string): boolean {
  const { root } = parseXml(Buffer.from(`<x ${DECLARED}>${snippet}</x>`), 'part', LIMITS);
  const element = root.children[0];
  const attribute = element?.attributes.find((one) => one.name === name);
  if (!element || !attribute) throw new Error('no such attribute');
  return mayStay(element, attribute);
}

describe('what an attribute may say', () => {
  const rows: readonly (readonly [boolean, string, string])[] = [
    [true, 'w:val', '<w:jc w:val="center"/>'],
    [true, 'w:val', '<w:color w:val="1F497D"/>'],
    [true, 'w:w', '<w:tblW w:w="-108"/>'],
    [false, 'w:val', '<w:jc w:val="Wiebren"/>'],
    [false, 'w:val', '<w:color w:val="gemeente"/>'],
    [true, 'adj', '<v:shape adj="10800,,5400"/>'],
    [true, 'eqn', '<v:f eqn="sum #0 width 10800"/>'],
    [false, 'eqn', '<v:f eqn="sum Wiebren"/>'],
    [true, 'path', '<v:shape path="m@4@5l@4@11@9@11@9@5xe"/>'],
    [false, 'strokecolor', '<v:shape strokecolor="Wiebren"/>'],
    [true, 'dashstyle', '<v:stroke dashstyle="longDashDotDot"/>'],
    [true, 'typeface', '<a:latin typeface="Gemeente Sans"/>'],
    [false, 'typeface', '<a:latin typeface="C:\\Users\\wiebren\\huisstijl.ttf"/>'],
    [true, 'w:val', '<w:lang w:val="fy-NL"/>'],
    [false, 'w:val', '<w:lang w:val="van Wiebren"/>'],
    [true, 'w:val', '<w:lvlText w:val="Artikel %1"/>'],
    [true, 'w:styleId', '<w:style w:styleId="Kop1"/>'],
    [false, 'w:styleId', '<w:style w:styleId="wiebren@elzenveld.example"/>'],
    [true, 'ProgID', '<o:OLEObject ProgID="Excel.Sheet.12"/>'],
    [false, 'ProgID', '<o:OLEObject ProgID="Wiebren.Zaak"/>'],
    [true, 'w:tgtFrame', '<w:hyperlink w:tgtFrame="_blank"/>'],
    [false, 'w:tgtFrame', '<w:hyperlink w:tgtFrame="Wiebren"/>'],
  ];
  test.each(rows)('%s: %s of %s', (expected, name, snippet) => {
    expect(stays(snippet, name)).toBe(expected);
  });
});

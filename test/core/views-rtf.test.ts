// The digits in which Rich Text Format writes pictures and objects, as the proof reads them.

import { describe, expect, it } from 'vitest';
import { rtfParts } from '../../lib/core/views-rtf.ts';

const SAID = 'Een lange aantekening van mevrouw Zandkamp over de zaak';
const DIGITS = Buffer.from(SAID).toString('hex');

function partsOf(body: string): readonly string[] {
  const parts = [...rtfParts(Buffer.from(`{\\rtf1 ${body}}`), { left: () => 1e6, spend: () => undefined })];
  return parts.map(({ bytes }) => Buffer.from(bytes ?? '').toString('latin1'));
}

describe('the digits of a document', () => {
  it.each([
    ['in a group', `{\\*\\datastore ${DIGITS}}`],
    ['behind a word whose letters are digits', `{\\b ${DIGITS}}`],
    ['behind such a word in capitals', `{\\*\\dead ${DIGITS}}`],
    ['behind a word with a number', `{\\bliptag77 ${DIGITS}}`],
    ['behind a word with a negative number', `{\\bliptag-77 ${DIGITS}}`],
    ['behind a line end', `{\\face\n${DIGITS}}`],
    ['behind text', `{zaad ${DIGITS}}`],
    ['in lines', `{\\pict ${DIGITS.replace(/.{16}/g, '$&\r\n')}}`],
    ['in capitals', `{\\pict ${DIGITS.toUpperCase()}}`],
    ['behind a group', `{\\pict{\\*\\blipuid 00}${DIGITS}}`],
  ])('are read %s', (_, body) => {
    expect(partsOf(body)).toEqual([SAID]);
  });

  it('are identifiers where there are few', () => {
    expect(partsOf('{\\*\\blipuid 00112233445566778899aabbccddeeff}')).toEqual([]);
  });
});

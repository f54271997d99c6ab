import { describe, expect, test } from 'vitest';
import { CHATS, payloadOf, shown } from '../../lib/notify/chats.ts';

const HOSTILE = [
  { shows: 'a mention of everybody', key: '<!channel> <@U123> @here' },
  { shows: 'a card mention', key: '<at>Jan Voorbeeld</at>' },
  { shows: 'a link that says something else', key: '[click](https://evil.example) <https://evil.example|here>' },
  { shows: 'an entity', key: '&lt;!channel&gt;' },
  { shows: 'text turned around', key: 'invoice\u202efdp.exe' },
  { shows: 'isolates and marks', key: 'a\u2066b\u2069\u200f\u061c' },
  { shows: 'zero-width characters', key: 'a\u200b\u200d\ufeff\u00adb' },
  { shows: 'lines and controls', key: 'a\n\r\u0000\u0007\u001b[31m\u2028\u2029b' },
  { shows: 'half a character', key: 'a\ud83db' },
  { shows: 'something that looks like an escape', key: '\\u{202e}' },
];
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>&@`[\]]/u;

/** Every string that stands somewhere in the value. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

describe.each(CHATS.filter((chat) => chat !== 'plain'))('for %s', (chat) => {
  const said = { title: '1 quarantined', lines: [{ says: 'quarantined: malware', key: 'KEY' }, { says: '3 limit' }] };

  test.each(HOSTILE)('a key with $shows is text, and on a line of its own', ({ key }) => {
    const payload = payloadOf(chat, { ...said, lines: [{ says: 'quarantined: malware', key }] });
    const [line = '', ...more] = stringsOf(payload).filter((text) => text.startsWith('\n'));
    expect(more).toEqual([]);
    expect(line.slice(1)).toBe(shown(key));
    expect(line.slice(1)).not.toMatch(DANGEROUS);
    expect(DANGEROUS.test(key) || key.includes('\\'), 'the row is a hostile one').toBe(true);
  });

  test('keys stand in elements without markup only', () => {
    const holders: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (Object.values(value).some((text) => typeof text === 'string' && text.includes('KEY'))) holders.push(value);
      for (const inner of Object.values(value)) visit(inner);
    };
    visit(payloadOf(chat, said));
    const expected = chat === 'slack' ? { type: 'text', style: { code: true } } : { type: 'TextRun' };
    expect(holders).toEqual([expect.objectContaining({ ...expected, text: '\nKEY' })]);
  });

  test('all that is said is in it', () => {
    const texts = stringsOf(payloadOf(chat, said));
    for (const text of ['1 quarantined', 'quarantined: malware', '3 limit']) expect(texts).toContain(text);
  });
});

describe('for everything else', () => {
  const said = { title: '2 quarantined', lines: [{ says: '3 limit' }, { says: 'quarantined: malware', key: 'KEY' }] };

  test('all is one text', () => {
    expect(payloadOf('plain', said)).toEqual({ text: '2 quarantined\n- 3 limit\n- quarantined: malware\n  KEY' });
  });

  test.each(HOSTILE)('a key with $shows is harmless, and on a line of its own', ({ key }) => {
    const [text = ''] = stringsOf(payloadOf('plain', { title: 't', lines: [{ says: 's', key }] }));
    const [, , line = '', ...more] = text.split('\n');
    expect([line, more]).toEqual([`  ${shown(key)}`, []]);
    expect(line).not.toMatch(DANGEROUS);
  });
});

describe('a key is shown', () => {
  const rows = [
    {
      shows: 'as it is where it is harmless',
      key: 'besluit_2026 (définitief) – 📄.pdf',
      as: 'besluit_2026 (définitief) – 📄.pdf',
    },
    { shows: 'in its own script', key: 'مستند.pdf', as: 'مستند.pdf' },
    { shows: 'so that two keys never look the same', key: '\\u{202e}', as: '\\u{5c}u{202e}' },
    { shows: 'with direction marks as escapes', key: 'a\u202eb', as: 'a\\u{202e}b' },
    { shows: 'no longer than people read', key: '📄'.repeat(301), as: `${'📄'.repeat(300)}…` },
  ];
  test.each(rows)('$shows', ({ key, as }) => expect(shown(key)).toBe(as));
});

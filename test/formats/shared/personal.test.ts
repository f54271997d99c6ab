import { describe, expect, it } from 'vitest';
import { peopleIn, withoutPeople } from '../../../lib/formats/shared/personal.ts';

describe('identifiers of people', () => {
  it.each([
    ['Vragen aan w.zandkamp@proefwerken.nl.', ['w.zandkamp@proefwerken.nl']],
    ['mailto:Wietske.Zandkamp+post@sub.proefwerken.co.uk', ['Wietske.Zandkamp+post@sub.proefwerken.co.uk']],
    ['Opgeslagen door PROEF\\wzandkamp op de server', ['PROEF\\wzandkamp']],
    ['BSN: 123456782', ['BSN: 123456782']],
    ['burgerservicenummer 1234.56.782', ['burgerservicenummer 1234.56.782']],
    ['Sofi-nummer is 123 456 782', ['Sofi-nummer is 123 456 782']],
  ])('are found in %j', (text, people) => {
    expect(peopleIn(text)).toEqual(people);
    expect(withoutPeople(text)).not.toContain(people[0]);
  });

  it.each([
    'Vragen aan info@proefwerken.nl of woo-loket@proefwerken.nl',
    'Schrijf naar postbus.bezwaar@proefwerken.nl',
    // Fails the eleven-test; or passes it and does not say what it is.
    'BSN 123456789',
    'zaaknummer 123456782',
    'BSN 1234567820',
    'de formule \\frac{ABC\\alpha}{2}',
    'C:\\Users\\iemand\\stuk.docx',
    '\\\\SERVER\\map\\stuk.docx',
    'een twitternaam @zandkamp, een breuk 3@4',
    'AND\\OR',
    '',
  ])('are not in %j', (text) => {
    expect(peopleIn(text)).toEqual([]);
    expect(withoutPeople(text)).toBe(text);
  });

  it('are looked for in linear time', () => {
    const [start, texts] = [
      process.cpuUsage().user,
      ['a@'.repeat(50_000), 'a.'.repeat(50_000), 'BSN 1'.repeat(20_000)],
    ];
    for (const text of texts) expect(peopleIn(text)).toEqual([]);
    expect((process.cpuUsage().user - start) / 1000).toBeLessThan(2000);
  });
});

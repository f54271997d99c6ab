import { describe, expect, it } from 'vitest';
import { PolicyError, readPolicy } from '../../lib/core/policy.ts';

const KNOWN = ['pdf.info.author', 'pdf.annotation.text', 'pdf.annotation.link', 'jpeg.comment', 'file.name.extension'];
const file = (rules: Record<string, string>, settings?: object) => ({
  version: 1,
  rules,
  ...(settings ? { settings } : {}),
});

describe('policy', () => {
  it('removes by default, and quarantines what no rule names', () => {
    const policy = readPolicy(undefined, KNOWN);
    expect(policy.actionFor('pdf.info.author')).toBe('remove');
    expect(policy.actionFor('nothing.that.is.known')).toBe('quarantine');
  });

  it.each<readonly [string, Record<string, string>, string, string]>([
    ['a rule of its own over the default', { 'jpeg.comment': 'keep' }, 'jpeg.comment', 'keep'],
    [
      'an exact rule over a glob',
      { 'pdf.annotation.*': 'flatten', 'pdf.annotation.link': 'keep' },
      'pdf.annotation.link',
      'keep',
    ],
    [
      'a longer glob over a shorter',
      { 'pdf.annotation.*': 'flatten', 'pdf.*': 'keep' },
      'pdf.annotation.text',
      'flatten',
    ],
    [
      'the same, whatever their order',
      { 'pdf.*': 'keep', 'pdf.annotation.*': 'flatten' },
      'pdf.annotation.text',
      'flatten',
    ],
    ['the file over the defaults for the same glob', { 'pdf.*': 'quarantine' }, 'pdf.info.author', 'quarantine'],
    ['a default over a broader rule of the file', { '*': 'keep' }, 'pdf.info.author', 'remove'],
    ['a star across dots', { '*.author': 'keep', 'pdf.*': 'remove' }, 'pdf.info.author', 'keep'],
  ])('takes %s', (_what, rules, carrier, action) => {
    expect(readPolicy(file(rules), KNOWN).actionFor(carrier)).toBe(action);
  });

  it.each<readonly [string, unknown, string]>([
    ['a carrier nobody knows', file({ 'pdf.info.autor': 'remove' }), 'no such carrier: pdf.info.autor'],
    ['a glob that matches nothing', file({ 'gif.*': 'remove' }), 'gif.*'],
    ['an unknown action', file({ 'jpeg.comment': 'delete' }), 'rules'],
    ['an unknown key', { ...file({}), comment: 'mine' }, 'comment'],
    ['an unknown setting', file({}, { overwriting: 'withhold' }), 'overwriting'],
    ['another version', { version: 2, rules: {} }, 'version'],
    ['a rule that is no carrier id', file({ 'PDF Author': 'remove' }), 'PDF Author'],
    ['a list', [], 'expected'],
    ['nothing at all', null, 'expected'],
  ])('refuses %s', (_what, untrusted, message) => {
    expect(() => readPolicy(untrusted, KNOWN)).toThrow(PolicyError);
    expect(() => readPolicy(untrusted, KNOWN)).toThrow(message);
  });

  it('has a hash that changes with a rule or a setting and with nothing else', () => {
    const hash = (rules: Record<string, string>, settings?: object) => readPolicy(file(rules, settings), KNOWN).hash;
    const plain = hash({});
    expect(plain).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(hash({})).toBe(readPolicy(undefined, KNOWN).hash);
    expect(hash({ 'jpeg.comment': 'keep', 'pdf.info.author': 'keep' })).toBe(
      hash({ 'pdf.info.author': 'keep', 'jpeg.comment': 'keep' }),
    );
    const different = [
      plain,
      hash({ 'jpeg.comment': 'keep' }),
      hash({ 'jpeg.comment': 'quarantine' }),
      hash({}, { overwrite: 'withhold' }),
    ];
    expect(new Set(different).size).toBe(4);
  });

  it('says what an overwrite that is quarantined does', () => {
    expect(readPolicy().overwrite).toBe('keep-previous');
    expect(readPolicy(file({}, { overwrite: 'withhold' })).overwrite).toBe('withhold');
  });

  it('refuses a publisher, which nothing would write', () => {
    expect(() => readPolicy(file({}, { publisher: 'Gemeente Ergens' }))).toThrow(PolicyError);
  });
});
